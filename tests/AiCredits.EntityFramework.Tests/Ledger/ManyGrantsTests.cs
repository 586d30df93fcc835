using AiCredits.Ledger;
using AiCredits.TestServers;
using Npgsql;

namespace AiCredits.EntityFramework.Ledger;

/// <summary>A spend loads the grants that burn first, however many there are, and none that is used up.</summary>
public sealed class ManyGrantsTests(PostgreSqlServer server)
{
    private const int Count = 500;
    private static readonly AccountId Alice = new("alice");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [EveryDatabase]
    public async Task A_spend_loads_few_of_many_live_grants(Provider provider)
    {
        await using var database = await LedgerDatabase.BorrowAsync(provider, server);
        var writer = database.NewWriter();
        await GrantAsync(writer);
        var held = Commands.Hold(Alice, 1);
        await writer.ExecuteAsync(held, Cancel);

        (await LoadedForAsync(database, Commands.Hold(Alice, 2))).ShouldBe(BatchAccount.FewGrants);
        (await LoadedForAsync(database, Commands.Capture(Alice, held.HoldId))).ShouldBe(BatchAccount.FewGrants);
        (await LoadedForAsync(database, Commands.Grant(Alice, 1))).ShouldBe(Count, "what is no spend may need them all");
        await database.ProveAsync();
    }

    [Theory]
    [EveryDatabase]
    public async Task A_spend_loads_no_grant_that_is_used_up(Provider provider)
    {
        await using var database = await LedgerDatabase.BorrowAsync(provider, server);
        var writer = database.NewWriter();
        await GrantAsync(writer);
        var all = Commands.Hold(Alice, Count);
        await writer.ExecuteAsync(all, Cancel);
        await writer.ExecuteAsync(Commands.Capture(Alice, all.HoldId), Cancel);
        await writer.ExecuteAsync(Commands.Grant(Alice, 10), Cancel);

        (await LoadedForAsync(database, Commands.Hold(Alice, 2))).ShouldBe(1);
    }

    [Theory]
    [EveryDatabase]
    public async Task A_spend_that_needs_more_grants_gets_them(Provider provider)
    {
        await using var database = await LedgerDatabase.BorrowAsync(provider, server);
        var writer = database.NewWriter();
        await GrantAsync(writer);
        var most = Commands.Hold(Alice, Count - 1);

        (await writer.ExecuteAsync(most, Cancel)).ShouldBeOfType<HoldResult.Held>().AvailableAfter.ShouldBe(1);
        (await writer.ExecuteAsync(Commands.Hold(Alice, 2), Cancel)).ShouldBeOfType<HoldResult.Insufficient>().Available.ShouldBe(1);
        (await writer.ExecuteAsync(Commands.Capture(Alice, most.HoldId, 100), Cancel)).ShouldBeOfType<SettleResult.Settled>().AvailableAfter.ShouldBe(Count - 100);
        await database.ProveAsync();
    }

    private static async Task GrantAsync(LedgerWriter writer) =>
        await Task.WhenAll(Enumerable.Range(0, Count).Select(_ => writer.ExecuteAsync(Commands.Grant(Alice, 1), Cancel).AsTask()));

    // Loads as the executor does, and gives up the transaction.
    private static async Task<int> LoadedForAsync<TResult>(LedgerDatabase database, LedgerCommand<TResult> command)
        where TResult : LedgerResult
    {
        var batch = new LedgerBatch([new PendingCommand<TResult>(command)]);
        if (database.Provider == Provider.Sqlite)
        {
            using var writer = new SqliteSession(database.ConnectionString, fullSync: true);
            writer.Begin();
            writer.Load(batch, UtcMicroseconds.Now(TimeProvider.System));
        }
        else
        {
            await using var dataSource = NpgsqlDataSource.Create(database.ConnectionString);
            await using var session = await PostgreSqlSession.OpenAsync(dataSource, new LaneMemory(), Cancel);
            session.IsDirect.ShouldBe(database.Provider == Provider.PostgreSql);
            await new PostgreSqlLoad(new PostgreSqlStatements(schema: null), batch).ReadAsync(session, Cancel);
        }

        batch.TryDecide(UtcMicroseconds.Now(TimeProvider.System), LedgerRules.None).ShouldBeTrue();
        return batch.Accounts.ShouldHaveSingleItem().GrantCount;
    }
}
