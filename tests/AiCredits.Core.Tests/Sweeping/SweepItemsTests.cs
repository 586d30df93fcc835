using AiCredits.Ledger;

namespace AiCredits.Sweeping;

public sealed class SweepItemsTests
{
    [Fact]
    public async Task One_that_does_not_add_up_holds_up_no_other_and_is_told_of_at_the_end()
    {
        var finished = new List<int>();

        var told = await Should.ThrowAsync<AggregateException>(async () => await SweepItems.FinishAsync([1, 2, 3, 4], FinishAsync));

        finished.ShouldBe([1, 4]);
        told.InnerExceptions.Select(inner => inner.GetType()).ShouldBe([typeof(LedgerInvariantException), typeof(InvalidOperationException)]);
        (await SweepItems.FinishAsync([1, 4], FinishAsync)).ShouldBe(2);

        ValueTask FinishAsync(int item)
        {
            finished.Add(item is 1 or 4 ? item : throw (item == 2 ? new LedgerInvariantException("two") : new InvalidOperationException("three")));
            return default;
        }
    }

    [Fact]
    public async Task An_outage_ends_the_sweep_for_now()
    {
        var tried = 0;

        await Should.ThrowAsync<LedgerUnavailableException>(async () => await SweepItems.FinishAsync([1, 2], _ =>
        {
            tried++;
            throw new LedgerUnavailableException("Down.");
        }));

        tried.ShouldBe(1);
    }
}
