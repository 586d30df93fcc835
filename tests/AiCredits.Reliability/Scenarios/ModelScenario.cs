using AiCredits.Conformance.Model;

namespace AiCredits.Reliability.Scenarios;

internal sealed class ModelScenario : Scenario
{
    private const int HistoryLength = 100;
    private const int HistoriesOfRound = 2_000;

    public override string Name => "model";

    public override string What => "random weighted commands decided by the kernel and by an independent naive ledger, compared after each";

    public override string NaiveShape => "the naive ledger with one of five rules broken";

    public override int Weight => 10;

    public override Task RunAsync(Run run)
    {
        for (var round = 0; run.GoesOn(round, slice: 1); round++)
        {
            var first = run.SeedOf(round * (long)HistoriesOfRound);
            Parallel.For(0, HistoriesOfRound, index =>
            {
                // Every fourth history is long enough for ids and keys to run out.
                var length = index % 4 == 0 ? HistoryLength * 2 : HistoryLength * 2 / 3;
                if (ModelRun.Compare(unchecked(first + index), length) is { } difference)
                {
                    run.Fail(difference);
                }

                run.Count("commands", length);
            });
        }

        return Task.CompletedTask;
    }

    public override Task<string?> BreakNaiveShapeAsync(Run run)
    {
        var flaws = Enum.GetValues<Flaw>().Where(flaw => flaw != Flaw.None).ToList();
        var found = flaws.Count(flaw => Enumerable.Range(run.Seed, 300).Any(seed => ModelRun.Compare(seed, HistoryLength, flaw) is not null));
        return Task.FromResult(found == flaws.Count ? $"all {found} found, each within 300 histories" : null);
    }
}
