Console.Error.WriteLine("This project is the start-up project of `dotnet ef` and has nothing to run by itself.");
return 1;
