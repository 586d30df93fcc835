namespace AiCredits.Reliability.Tests;

/// <summary>A slice of each scenario; `eng/prove.sh` runs them long. The figures are in docs/reliability.md.</summary>
public sealed class ScenarioTests(ITestOutputHelper output)
{
    private const int Seed = 1;

    public static TheoryData<string> Names => [.. AllScenarios.List.Select(scenario => scenario.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task The_ledger_holds(string name)
    {
        var run = new Run(Seed);

        await AllScenarios.List.Single(scenario => scenario.Name == name).RunAsync(run);

        output.WriteLine(run.Figures);
        run.Failures.ShouldBeEmpty();
        run.Figures.ShouldNotBeEmpty("something was tried");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task The_naive_shape_breaks(string name)
    {
        var found = await AllScenarios.List.Single(scenario => scenario.Name == name).BreakNaiveShapeAsync(new Run(Seed));

        output.WriteLine(found.ShouldNotBeNull());
    }
}
