using AiCredits.Ledger;
using AiCredits.TestServers;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace AiCredits.EntityFramework.Ledger;

/// <summary>What only SQLite has: one file, one writer, and the disk below.</summary>
public sealed class SqliteLedgerTests(PostgreSqlServer server)
{
    private static readonly AccountId Alice = new("alice");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("Data Source=:memory:", "AIC1221")]
    [InlineData("Data Source=", "AIC1221")]
    [InlineData("Data Source=credits;Mode=Memory;Cache=Shared", "AIC1221")]
    [InlineData("Data Source=credits.db;Cache=Shared", "AIC1221")]
    [InlineData("Data Source=file:credits.db?cache=shared", "AIC1221")]
    [InlineData("Data Source=credits.db;Mode=ReadOnly", "AIC1222")]
    public void What_is_no_durable_file_is_refused(string connectionString, string code)
    {
        using var gate = new SqliteGate();

        Should.Throw<InvalidOperationException>(() => new SqliteBatchExecutor(connectionString, gate, TimeProvider.System, () => LedgerRules.None))
            .Message.ShouldStartWith(code);
    }

    [Theory]
    [InlineData(true, 2)]
    [InlineData(false, 1)]
    public async Task Commits_wait_for_the_disk_unless_told_otherwise(bool fullSync, long expected)
    {
        await using var database = await LedgerDatabase.CreateAsync(Provider.Sqlite, server);
        using var session = new SqliteSession(database.ConnectionString, fullSync);

        session.Pragma("synchronous").ShouldBe(expected);
        session.Pragma("journal_mode").ShouldBe("wal");
    }

    [Fact]
    public async Task Another_process_that_writes_for_seconds_is_waited_for()
    {
        await using var database = await LedgerDatabase.CreateAsync(Provider.Sqlite, server);
        var writer = database.NewWriter();
        await using var other = new SqliteConnection(database.ConnectionString);
        await other.OpenAsync(Cancel);
        await using var begin = new SqliteCommand("begin immediate", other);
        await begin.ExecuteNonQueryAsync(Cancel);

        var waiting = writer.ExecuteAsync(Commands.Grant(Alice, 1), Cancel).AsTask();
        await Task.Delay(1_500, Cancel);
        waiting.IsCompleted.ShouldBeFalse();
        await using var rollback = new SqliteCommand("rollback", other);
        await rollback.ExecuteNonQueryAsync(Cancel);

        (await waiting).ShouldBeOfType<GrantResult.Granted>();
    }

    [Fact]
    public async Task Who_holds_the_gate_in_this_process_is_waited_for_without_an_attempt()
    {
        await using var database = await LedgerDatabase.CreateAsync(Provider.Sqlite, server);
        using var gate = new SqliteGate();
        await using var writer = new LedgerWriter(
            new SqliteBatchExecutor(database.ConnectionString, gate, TimeProvider.System, () => LedgerRules.None),
            new LedgerWriterOptions { Attempts = 1 },
            TimeProvider.System,
            NullLogger<LedgerWriter>.Instance);
        Task<GrantResult> waiting;
        using (await gate.EnterAsync(Cancel))
        {
            waiting = writer.ExecuteAsync(Commands.Grant(Alice, 1), Cancel).AsTask();
            await Task.Delay(1_300, Cancel);
            waiting.IsCompleted.ShouldBeFalse();
        }

        (await waiting).ShouldBeOfType<GrantResult.Granted>();
    }

    [Fact]
    public async Task A_file_that_is_locked_for_too_long_is_an_outage_and_used_again_afterwards()
    {
        await using var database = await LedgerDatabase.CreateAsync(Provider.Sqlite, server);
        var writer = database.NewWriter(new LedgerWriterOptions { Attempts = 1 });
        await using var other = new SqliteConnection(database.ConnectionString);
        await other.OpenAsync(Cancel);
        await using var begin = new SqliteCommand("begin immediate", other);
        await begin.ExecuteNonQueryAsync(Cancel);

        await Should.ThrowAsync<LedgerUnavailableException>(async () => await writer.ExecuteAsync(Commands.Grant(Alice, 1), Cancel));
        await Should.ThrowAsync<LedgerUnavailableException>(async () => await writer.CheckAsync(Cancel));

        await using var rollback = new SqliteCommand("rollback", other);
        await rollback.ExecuteNonQueryAsync(Cancel);
        await writer.CheckAsync(Cancel);
        (await writer.ExecuteAsync(Commands.Grant(Alice, 1), Cancel)).ShouldBeOfType<GrantResult.Granted>();
    }

    [Fact]
    public async Task A_batch_that_was_not_committed_leaves_nothing()
    {
        await using var database = await LedgerDatabase.CreateAsync(Provider.Sqlite, server);
        await using var executor = (SqliteBatchExecutor)database.NewExecutor();
        var pending = new PendingCommand<GrantResult>(Commands.Grant(Alice, 1));
        using (var session = new SqliteSession(database.ConnectionString, fullSync: true))
        {
            var batch = new LedgerBatch([pending]);
            session.Begin();
            session.Load(batch, UtcMicroseconds.Now(TimeProvider.System));
            foreach (var changes in batch.Decide(UtcMicroseconds.Now(TimeProvider.System), LedgerRules.None))
            {
                session.Save(batch[Alice.Value], changes);
            }
        }

        (await database.ScalarAsync<long>("select count(*) as \"Value\" from ai_credits_account")).ShouldBe(0);
        (await database.EntriesOfAsync(Alice)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Readers_are_not_held_up_by_a_batch()
    {
        await using var database = await LedgerDatabase.CreateAsync(Provider.Sqlite, server);
        await database.NewWriter().ExecuteAsync(Commands.Grant(Alice, 7), Cancel);
        using var session = new SqliteSession(database.ConnectionString, fullSync: true);
        session.Begin();

        (await database.StateOfAsync(Alice)).Available.ShouldBe(7);
    }
}
