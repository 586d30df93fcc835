using AiCredits.EntityFramework.Schema;
using AiCredits.Ledger;
using AiCredits.TestServers;

namespace AiCredits.EntityFramework.Ledger;

/// <summary>What the kernel decides comes back from the database as it was.</summary>
public sealed class StoredRoundTripTests(PostgreSqlServer server)
{
    private static readonly AccountId Alice = new("alice");

    [Theory]
    [InlineData(Provider.Sqlite)]
    [InlineData(Provider.PostgreSql)]
    [InlineData(Provider.PgBouncer)]
    public async Task A_generation_is_held_captured_and_refunded_across_writers(Provider provider)
    {
        await using var database = await LedgerDatabase.CreateAsync(provider, server);
        var writer = database.NewWriter();
        var other = database.NewWriter();
        await writer.ExecuteAsync(Commands.Grant(Alice, 10, "welcome"), Cancel);
        await other.ExecuteAsync(Commands.Grant(Alice, 5, "more"), Cancel);
        var hold = Commands.Hold(Alice, 12);

        (await writer.ExecuteAsync(hold, Cancel)).ShouldBeOfType<HoldResult.Held>().AvailableAfter.ShouldBe(3);
        (await other.ExecuteAsync(Commands.Capture(Alice, hold.HoldId, 11), Cancel)).ShouldBeOfType<SettleResult.Settled>().Released.ShouldBe(1);
        (await writer.ExecuteAsync(new RefundCommand(Alice, hold.HoldId) { Key = "sorry" }, Cancel)).ShouldBeOfType<RefundResult.Done>().Refunded.ShouldBe(11);
        (await other.ExecuteAsync(new RefundCommand(Alice, hold.HoldId) { Key = "sorry" }, Cancel)).Replayed.ShouldBeTrue();

        var state = await database.StateOfAsync(Alice);
        state.Available.ShouldBe(15);
        state.Sequence.ShouldBe(6);
        (await database.EntriesOfAsync(Alice)).Select(entry => entry.Kind).ShouldBe([EntryKind.Grant, EntryKind.Grant, EntryKind.Hold, EntryKind.Release, EntryKind.Capture, EntryKind.Refund]);
        (await database.CountOfAsync<HoldRow>()).ShouldBe(0);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;
}
