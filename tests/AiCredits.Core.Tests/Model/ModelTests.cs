using System.Globalization;
using AiCredits.Conformance.Model;

namespace AiCredits.Core.Tests.Model;

public sealed class ModelTests
{
    private const int HistoryLength = 100;

    // One million on a developer's machine and ten in CI; AICREDITS_MODEL_COMMANDS sets another number for long runs.
    private static int Commands =>
        int.TryParse(Environment.GetEnvironmentVariable("AICREDITS_MODEL_COMMANDS"), CultureInfo.InvariantCulture, out var commands) ? commands
        : Environment.GetEnvironmentVariable("CI") == "true" ? 10_000_000
        : 1_000_000;

    [Fact]
    public void The_kernel_and_the_naive_ledger_never_differ()
    {
        string? difference = null;
        Parallel.For(0, Math.Max(1, Commands / HistoryLength), (index, loop) =>
        {
            // Every fourth history is long enough for ids and keys to run out.
            if (ModelRun.Compare(index, index % 4 == 0 ? HistoryLength * 2 : HistoryLength * 2 / 3) is { } found)
            {
                Interlocked.CompareExchange(ref difference, found, null);
                loop.Stop();
            }
        });

        difference.ShouldBeNull();
    }

    [Theory]
    [InlineData(Flaw.ExpiryTakesHeldCredits)]
    [InlineData(Flaw.LateReturnsLiveOn)]
    [InlineData(Flaw.DebtWaits)]
    [InlineData(Flaw.PaidBurnsFirst)]
    [InlineData(Flaw.FirstPinnedReturnsFirst)]
    public void A_flaw_put_in_on_purpose_is_found(Flaw flaw)
    {
        var found = Enumerable.Range(0, 300).Select(seed => ModelRun.Compare(seed, HistoryLength, flaw)).FirstOrDefault(difference => difference is not null);

        found.ShouldNotBeNull().ShouldContain("shrunk to");
        found.Split('\n').Length.ShouldBeLessThan(20, "a short history shows the flaw");
    }
}
