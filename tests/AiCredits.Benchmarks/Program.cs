using AiCredits.Benchmarks.Http;
using AiCredits.Benchmarks.Ledger;

// dotnet run -c Release --project tests/AiCredits.Benchmarks -- [all|http|ledger] [seconds per measurement]
var what = args.Length > 0 ? args[0] : "all";
if (what is not ("all" or "http" or "ledger"))
{
    Console.Error.WriteLine($"'{what}' is no benchmark. Use all, http or ledger.");
    return 1;
}

var seconds = args.Length > 1 ? int.Parse(args[1], System.Globalization.CultureInfo.InvariantCulture) : 8;
if (what is "all" or "http")
{
    HttpBenchmark.Run();
}

if (what is "all" or "ledger")
{
    await LedgerBenchmark.RunAsync(TimeSpan.FromSeconds(seconds));
}

return 0;
