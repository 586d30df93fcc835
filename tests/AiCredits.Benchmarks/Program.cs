using AiCredits.Benchmarks.Analytics;
using AiCredits.Benchmarks.Http;
using AiCredits.Benchmarks.Ledger;

// dotnet run -c Release --project tests/AiCredits.Benchmarks -- [all|http|ledger|hold|grants|growth|soak|analytics] [seconds per measurement; minutes for soak; entries for analytics]
var what = args.Length > 0 ? args[0] : "all";
if (what is not ("all" or "http" or "ledger" or "hold" or "grants" or "growth" or "soak" or "analytics"))
{
    Console.Error.WriteLine($"'{what}' is no benchmark. Use all, http, ledger, hold, grants, growth, soak or analytics.");
    return 1;
}

if (what == "analytics")
{
    await AnalyticsBenchmark.RunAsync(args.Length > 1 ? long.Parse(args[1], System.Globalization.CultureInfo.InvariantCulture) : 10_000_000);
    return 0;
}

var number = args.Length > 1 ? int.Parse(args[1], System.Globalization.CultureInfo.InvariantCulture) : what == "soak" ? 10 : 6;
if (what == "soak")
{
    await SoakBenchmark.RunAsync(number);
    return 0;
}

var duration = TimeSpan.FromSeconds(number);
if (what is "all" or "http")
{
    HttpBenchmark.Run();
}

if (what is "all" or "ledger")
{
    await LedgerBenchmark.RunAsync(duration);
}

if (what == "hold")
{
    await LedgerBenchmark.RunLatencyAsync(duration);
}

if (what is "all" or "grants")
{
    await GrantsBenchmark.RunAsync(duration);
}

// Ten million entries take minutes to make: only when asked for.
if (what is "all" or "growth")
{
    await GrowthBenchmark.RunAsync(duration, what == "growth" ? 10_000_000 : 1_000_000);
}

return 0;
