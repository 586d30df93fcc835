using System.Globalization;

namespace AiCredits.Reliability;

/// <summary>Runs scenarios one after the other and prints the table of docs/reliability.md, a row as soon as it is known.</summary>
internal static class Report
{
    /// <returns>False when the ledger failed anywhere, or a naive shape didn't.</returns>
    public static async Task<bool> RunAsync(IReadOnlyList<Scenario> scenarios, int seed, TimeSpan duration)
    {
        var passed = true;
        var weights = scenarios.Sum(scenario => scenario.Weight);
        Print($"Seed {seed}, {duration.TotalMinutes:0.#} minutes, {Environment.ProcessorCount} cores, .NET {Environment.Version}, from {DateTime.UtcNow:yyyy-MM-dd HH:mm} UTC");
        Console.WriteLine();
        Console.WriteLine("| name | what was tried | how much | failures | ran for | the naive shape | what it did |");
        Console.WriteLine("| --- | --- | --- | --- | --- | --- | --- |");
        foreach (var scenario in scenarios)
        {
            passed &= await RunAsync(scenario, seed, duration * scenario.Weight / weights);
        }

        Console.WriteLine();
        Console.WriteLine(passed ? "Nothing failed but the naive shapes." : "FAILED, see above.");
        return passed;
    }

    private static async Task<bool> RunAsync(Scenario scenario, int seed, TimeSpan duration)
    {
        var run = new Run(seed, duration);
        string? found = null;
        try
        {
            // Short, and first: a scenario that can't fail need not run.
            found = await scenario.BreakNaiveShapeAsync(new Run(seed));
            run = new Run(seed, duration);
            await scenario.RunAsync(run);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            run.Fail($"The scenario broke off: {exception}");
        }

        Print($"| {scenario.Name} | {scenario.What} | {run.Figures} | {run.Failed} | {run.Elapsed.TotalMinutes:0.0} min | {scenario.NaiveShape} | {found ?? "NOTHING: the scenario proves nothing"} |");
        foreach (var failure in run.Failures)
        {
            Console.Error.WriteLine($"{scenario.Name}: {failure}");
        }

        return found is not null && run.Failed == 0;
    }

    private static void Print(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
