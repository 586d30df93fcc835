using System.Globalization;
using AiCredits.Reliability.Mutation;

namespace AiCredits.Reliability.Scenarios;

internal sealed class MutationScenario : Scenario
{
    private const int Histories = 120;
    private const int Target = 95;

    public override string Name => "mutations";

    public override string What => "small mistakes put into the kernel one by one (operators, comparisons, conditions, constants, statements left out): the comparison with the naive ledger finds them";

    public override string NaiveShape => "a comparison of one short history";

    public override int Weight => 4;

    public override Task RunAsync(Run run)
    {
        var kernel = MutatedKernel.Compile();
        var numbers = kernel.Mutants.Keys.ToArray();
        new Random(run.Seed).Shuffle(numbers);
        if (kernel.IsFound(0, run.Seed, Histories))
        {
            run.Fail("Without any mistake there is a difference.");
        }

        var survivors = new List<string>();
        for (var turn = 0; turn < numbers.Length && run.GoesOn(turn, slice: 40); turn++)
        {
            var found = kernel.IsFound(numbers[turn], run.Seed, Histories);
            run.Count("mistakes");
            run.Count("found", found ? 1 : 0);
            if (!found)
            {
                survivors.Add(kernel.Mutants[numbers[turn]]);
            }
        }

        run.Peak("that compile", numbers.Length);
        var score = 100 * run.Figure("found") / Math.Max(1, run.Figure("mistakes"));
        run.Peak("% of those tried were found", score);
        if (score < Target)
        {
            run.Fail($"Only {score} % were found; not these:\n  {string.Join("\n  ", survivors)}");
        }
        else if (!run.IsSlice)
        {
            Console.Error.WriteLine($"Mistakes that no comparison finds (the others: equal in effect, or asserted elsewhere):\n  {string.Join("\n  ", survivors.Order(StringComparer.Ordinal))}");
        }

        return Task.CompletedTask;
    }

    public override Task<string?> BreakNaiveShapeAsync(Run run)
    {
        var kernel = MutatedKernel.Compile();
        var tried = kernel.Mutants.Keys.Take(60).ToList();
        var missed = tried.Count(mutant => !kernel.IsFound(mutant, run.Seed, histories: 1));
        return Task.FromResult(missed > 0 ? string.Create(CultureInfo.InvariantCulture, $"{missed} of {tried.Count} missed") : null);
    }
}
