using AiCredits.Reliability.Simulation;

namespace AiCredits.Reliability.Scenarios;

internal sealed class SimulatorScenario : Scenario
{
    private const int SeedsOfRound = 500;

    public override string Name => "simulator";

    public override string What => "the kernel and two real writers on a simulated database in virtual time, with lost replies, torn batches, poison, outages, pauses and deaths by seed: what was acknowledged is there once, and the books close";

    public override string NaiveShape => "clients that try again under new keys";

    public override int Weight => 10;

    public override async Task RunAsync(Run run)
    {
        for (var round = 0; run.GoesOn(round, slice: 4); round++)
        {
            var first = run.SeedOf(round * (long)SeedsOfRound);
            await Parallel.ForAsync(0, SeedsOfRound, async (index, _) =>
            {
                var simulated = new Simulated(unchecked(first + index) & int.MaxValue, freshKeys: false, run.Fail);
                await simulated.RunAsync();
                run.Count("seeds");
                run.Count("commands", simulated.Commands);
                run.Count("faults", simulated.Faults);
            });
        }
    }

    public override async Task<string?> BreakNaiveShapeAsync(Run run)
    {
        var broken = 0;
        for (var seed = 0; seed < 50; seed++)
        {
            var naive = new Run(seed);
            await new Simulated(run.SeedOf(seed), freshKeys: true, naive.Fail).RunAsync();
            broken += naive.Failed > 0 ? 1 : 0;
        }

        return broken > 0 ? $"wrong books after {broken} of 50 seeds" : null;
    }
}
