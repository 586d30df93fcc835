using System.Globalization;
using AiCredits.Reliability;
using AiCredits.Reliability.Workers;

// dotnet run -c Release --project tests/AiCredits.Reliability -- [--scenario all|NAME[,NAME]] [--seed N] [--minutes M]
if (args is ["worker", var connectionString])
{
    return await Worker.RunAsync(connectionString);
}

var options = new Dictionary<string, string>(StringComparer.Ordinal) { ["--scenario"] = "all", ["--seed"] = "1", ["--minutes"] = "60" };
for (var index = 0; index < args.Length; index += 2)
{
    if (!options.ContainsKey(args[index]) || index + 1 == args.Length)
    {
        Console.Error.WriteLine($"'{args[index]}' is no option, or has no value. Use --scenario all|NAME[,NAME], --seed N, --minutes M.");
        return 2;
    }

    options[args[index]] = args[index + 1];
}

var names = options["--scenario"].Split(',');
IReadOnlyList<Scenario> chosen = names is ["all"] ? AllScenarios.List : [.. AllScenarios.List.Where(scenario => names.Contains(scenario.Name, StringComparer.Ordinal))];
if (chosen.Count == 0 || (names is not ["all"] && chosen.Count != names.Length))
{
    Console.Error.WriteLine($"'{options["--scenario"]}' names no scenario, or one too many. There are: {string.Join(", ", AllScenarios.List.Select(scenario => scenario.Name))}.");
    return 2;
}

if (!int.TryParse(options["--seed"], CultureInfo.InvariantCulture, out var seed) || !double.TryParse(options["--minutes"], CultureInfo.InvariantCulture, out var minutes) || minutes <= 0)
{
    Console.Error.WriteLine("--seed must be a whole number and --minutes a number above 0.");
    return 2;
}

return await Report.RunAsync(chosen, seed, TimeSpan.FromMinutes(minutes)) ? 0 : 1;
