using AiCredits.Ledger;
using AiCredits.TestServers;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace AiCredits.EntityFramework.Ledger;

/// <summary>What only PostgreSQL has: round trips, plans, sessions that die, servers that could lose a commit.</summary>
public sealed class PostgreSqlLedgerTests(PostgreSqlServer server)
{
    private static readonly AccountId Alice = new("alice");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_batch_is_two_round_trips_and_one_more_for_a_new_account()
    {
        await using var database = await LedgerDatabase.CreateAsync(Provider.PostgreSql, server);
        await using var proxy = new RoundTripProxy(server.Port);
        await using var dataSource = NpgsqlDataSource.Create(proxy.ConnectionStringFor(database.ConnectionString));
        await using var writer = new LedgerWriter(new PostgreSqlBatchExecutor(dataSource, () => LedgerRules.None), new LedgerWriterOptions(), TimeProvider.System, NullLogger<LedgerWriter>.Instance);
        await writer.ExecuteAsync(new TouchCommand(Alice), Cancel);
        var hold = Commands.Hold(Alice, 1);

        (await CountAsync(() => writer.ExecuteAsync(Commands.Grant(Alice, 10), Cancel))).ShouldBe(2);
        (await CountAsync(() => writer.ExecuteAsync(hold with { Key = "mine" } as HoldCommand, Cancel))).ShouldBe(2);
        (await CountAsync(() => writer.ExecuteAsync(hold with { Key = "mine" } as HoldCommand, Cancel))).ShouldBe(2);
        (await CountAsync(() => writer.ExecuteAsync(new TouchCommand(Alice), Cancel))).ShouldBe(2);
        (await CountAsync(() => writer.ExecuteAsync(new TouchCommand(SameLaneAs(Alice)), Cancel))).ShouldBe(3);

        async Task<int> CountAsync<TResult>(Func<ValueTask<TResult>> call)
        {
            var before = proxy.RoundTrips;
            await call();
            return proxy.RoundTrips - before;
        }
    }

    /// <remarks>Guards against a plan that was made while a table was empty and scans it for ever.</remarks>
    [Fact]
    public async Task No_table_is_ever_scanned_and_hot_rows_are_updated_in_place()
    {
        await using var database = await LedgerDatabase.CreateAsync(Provider.PostgreSql, server);
        var withPreparing = new NpgsqlConnectionStringBuilder(database.ConnectionString) { MaxAutoPrepare = 50, AutoPrepareMinUsages = 2 }.ConnectionString;
        await using var dataSource = NpgsqlDataSource.Create(withPreparing);
        await using (var writer = new LedgerWriter(new PostgreSqlBatchExecutor(dataSource, () => LedgerRules.None), new LedgerWriterOptions(), TimeProvider.System, NullLogger<LedgerWriter>.Instance))
        {
            // The tables come from a template, so that nothing has scanned them yet.
            var before = await ScansAsync();
            await writer.ExecuteAsync(Commands.Grant(Alice, 1_000_000), Cancel);
            foreach (var round in Enumerable.Range(0, 40))
            {
                var holds = Enumerable.Range(0, 50).Select(number => Commands.Hold(Alice, 1, key: $"key {round} {number}")).ToArray();
                await Task.WhenAll(holds.Select(hold => writer.ExecuteAsync(hold, Cancel).AsTask()));
                await Task.WhenAll(holds.Select(hold => writer.ExecuteAsync(Commands.Capture(Alice, hold.HoldId), Cancel).AsTask()));
            }

            await EventuallyAsync(async () => await database.ScalarAsync<long>("select n_tup_ins as \"Value\" from pg_stat_user_tables where relname = 'ai_credits_generation'") == 2_000);
            (await ScansAsync()).ShouldBe(before);
        }

        var updates = await database.ScalarAsync<long>("select n_tup_upd as \"Value\" from pg_stat_user_tables where relname = 'ai_credits_account'");
        var inPlace = await database.ScalarAsync<long>("select n_tup_hot_upd as \"Value\" from pg_stat_user_tables where relname = 'ai_credits_account'");
        updates.ShouldBeGreaterThan(50);
        ((double)inPlace / updates).ShouldBeGreaterThan(0.9);

        Task<string> ScansAsync() => database.ScalarAsync<string>("select string_agg(relname || ' ' || seq_scan, ', ' order by relname) as \"Value\" from pg_stat_user_tables where relname <> 'ai_credits_migrations'");
    }

    [Fact]
    public async Task Concurrent_batches_never_meet_in_a_deadlock()
    {
        await using var database = await LedgerDatabase.CreateAsync(Provider.PostgreSql, server);
        var writers = Enumerable.Range(0, 4).Select(_ => database.NewWriter()).ToArray();
        var all = Enumerable.Range(0, 200).Select(number => new AccountId($"user-{number}")).ToArray();

        await Task.WhenAll(writers.Select((writer, seed) => Task.Run(async () =>
        {
            var random = new Random(seed);
            foreach (var _ in Enumerable.Range(0, 10))
            {
                var accounts = all.ToArray();
                random.Shuffle(accounts);
                await Task.WhenAll(accounts.Select(account => writer.ExecuteAsync(Commands.Grant(account, 1), Cancel).AsTask()));
            }
        })));

        (await database.ScalarAsync<long>("select deadlocks as \"Value\" from pg_stat_database where datname = current_database()")).ShouldBe(0);
    }

    [Theory]
    [InlineData(Provider.PostgreSql)]
    [InlineData(Provider.PgBouncer)]
    public async Task Sessions_that_are_ended_in_the_middle_of_batches_lose_and_double_nothing(Provider provider)
    {
        await using var database = await LedgerDatabase.CreateAsync(provider, server);
        var writer = database.NewWriter(new LedgerWriterOptions { Attempts = 12 });
        await writer.ExecuteAsync(Commands.Grant(Alice, 10_000), Cancel);
        using var done = new CancellationTokenSource();
        var answered = 0;
        var killer = Task.Run(
            async () =>
            {
                while (!done.IsCancellationRequested)
                {
                    // However slow the machine is, something gets through between two kills.
                    var before = Volatile.Read(ref answered);
                    await KillSessionsAsync(database);
                    do
                    {
                        await Task.Delay(30, Cancel);
                    }
                    while (Volatile.Read(ref answered) == before && !done.IsCancellationRequested);
                }
            },
            Cancel);

        var holds = await Task.WhenAll(Enumerable.Range(0, 20).Select(async _ =>
        {
            var count = 0;
            for (var until = Environment.TickCount64 + 2_000; Environment.TickCount64 < until; count++)
            {
                var hold = Commands.Hold(Alice, 1);
                (await writer.ExecuteAsync(hold, Cancel)).ShouldBeOfType<HoldResult.Held>();
                (await writer.ExecuteAsync(Commands.Capture(Alice, hold.HoldId), Cancel)).ShouldBeOfType<SettleResult.Settled>();
                Interlocked.Increment(ref answered);
            }

            return count;
        }));
        await done.CancelAsync();
        await killer;

        NpgsqlConnection.ClearAllPools();
        var state = await database.StateOfAsync(Alice);
        state.Spent.ShouldBe(holds.Sum());
        state.Sequence.ShouldBe(1 + (2 * holds.Sum()));
        await database.ProveAsync();
    }

    [Fact]
    public async Task A_killed_server_is_used_again_within_two_seconds_of_its_return_and_has_lost_nothing()
    {
        await using var own = new PostgreSqlServer { Fsync = true };
        await own.InitializeAsync();
        await using var database = await LedgerDatabase.CreateAsync(Provider.PostgreSql, own);
        var writer = database.NewWriter();
        await writer.ExecuteAsync(Commands.Grant(Alice, 1_000_000), Cancel);
        using var done = new CancellationTokenSource();
        var callers = Enumerable.Range(0, 20).Select(_ => Task.Run(
            async () =>
            {
                var acknowledged = 0;
                while (!done.IsCancellationRequested)
                {
                    try
                    {
                        var hold = Commands.Hold(Alice, 1);
                        await writer.ExecuteAsync(hold, Cancel);
                        acknowledged += await writer.ExecuteAsync(Commands.Capture(Alice, hold.HoldId), Cancel) is SettleResult.Settled ? 1 : 0;
                    }
                    catch (LedgerUnavailableException)
                    {
                        await Task.Delay(20, Cancel);
                    }
                }

                return acknowledged;
            },
            Cancel)).ToArray();

        await Task.Delay(500, Cancel);
        await own.KillAsync();
        await own.StartAsync();
        var returned = Environment.TickCount64;
        await EventuallyAsync(async () =>
        {
            try
            {
                await writer.ExecuteAsync(new TouchCommand(Alice), Cancel);
                return true;
            }
            catch (LedgerUnavailableException)
            {
                return false;
            }
        });
        (Environment.TickCount64 - returned).ShouldBeLessThan(2_000);
        await Task.Delay(500, Cancel);
        await done.CancelAsync();
        var acknowledged = (await Task.WhenAll(callers)).Sum();

        // A capture may have been written whose acknowledgement never came; none may be missing.
        NpgsqlConnection.ClearAllPools();
        acknowledged.ShouldBePositive();
        (await database.StateOfAsync(Alice)).Spent.ShouldBeGreaterThanOrEqualTo(acknowledged);
        (await database.StateOfAsync(Alice)).Spent.ShouldBeLessThanOrEqualTo(acknowledged + 40);
        await database.ProveAsync();
    }

    /// <remarks>Guards against one attempt for each broken session in the pool.</remarks>
    [Fact]
    public async Task A_pool_full_of_broken_sessions_costs_one_attempt()
    {
        await using var database = await LedgerDatabase.CreateAsync(Provider.PostgreSql, server);
        await using var dataSource = NpgsqlDataSource.Create(database.ConnectionString);
        await using var writer = new LedgerWriter(new PostgreSqlBatchExecutor(dataSource, () => LedgerRules.None), new LedgerWriterOptions { Attempts = 2 }, TimeProvider.System, NullLogger<LedgerWriter>.Instance);
        await writer.ExecuteAsync(Commands.Grant(Alice, 1), Cancel);
        var idle = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => dataSource.OpenConnectionAsync(Cancel).AsTask()));
        foreach (var connection in idle)
        {
            await connection.DisposeAsync();
        }

        await KillSessionsAsync(database);

        (await writer.ExecuteAsync(Commands.Grant(Alice, 1), Cancel)).ShouldBeOfType<GrantResult.Granted>();
    }

    /// <remarks>Guards against a process that is paused between the round trips and keeps its accounts locked for hours.</remarks>
    [Fact]
    public async Task Locks_of_a_session_that_falls_silent_end_by_themselves() =>
        (await SettingInBatchAsync("idle_in_transaction_session_timeout")).ShouldBe("10s");

    [Fact]
    public async Task The_clock_is_read_after_the_lock()
    {
        await using var database = await LedgerDatabase.CreateAsync(Provider.PostgreSql, server);
        var writer = database.NewWriter();
        await writer.ExecuteAsync(Commands.Grant(Alice, 10), Cancel);

        var released = await database.LockWhileAsync(() => writer.ExecuteAsync(Commands.Grant(Alice, 10), Cancel).AsTask(), Cancel);

        (await database.EntriesOfAsync(Alice))[1].At.ShouldBeGreaterThan(released);
    }

    [Fact]
    public async Task Time_never_runs_backwards_on_an_account_and_what_is_due_by_its_time_is_due()
    {
        await using var database = await LedgerDatabase.CreateAsync(Provider.PostgreSql, server);
        var writer = database.NewWriter();
        await writer.ExecuteAsync(Commands.Grant(Alice, 10), Cancel);
        await writer.ExecuteAsync(Commands.Hold(Alice, 4), Cancel);

        // As after a fail-over to a server whose clock is an hour behind.
        await database.ExecuteAsync("update ai_credits_account set last_at = last_at + 3600000000");
        await writer.ExecuteAsync(Commands.Hold(Alice, 10), Cancel);

        var state = await database.StateOfAsync(Alice);
        (state.Available, state.Held).ShouldBe((Credits.Zero, 10));
    }

    [Fact]
    public async Task A_transaction_is_read_committed_and_writable_whatever_the_role_says()
    {
        await using var database = await LedgerDatabase.CreateAsync(Provider.PostgreSql, server);
        await database.ExecuteAsync("do $$ begin execute format('alter database %I set default_transaction_read_only = on', current_database()); execute format('alter database %I set default_transaction_isolation = ''serializable''', current_database()); end $$");
        var writer = database.NewWriter();

        (await writer.ExecuteAsync(Commands.Grant(Alice, 10), Cancel)).ShouldBeOfType<GrantResult.Granted>();
    }

    [Theory]
    [InlineData(Provider.PostgreSql)]
    [InlineData(Provider.PgBouncer)]
    public async Task Whoever_gets_the_session_next_finds_no_settings_and_no_prepared_statements(Provider provider)
    {
        (await SettingInBatchAsync("enable_seqscan")).ShouldBe("off");

        await using var database = await LedgerDatabase.CreateAsync(provider, server);
        await using var dataSource = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(database.ConnectionString) { NoResetOnClose = true, MaxPoolSize = 1 }.ConnectionString);
        await using (var writer = new LedgerWriter(new PostgreSqlBatchExecutor(dataSource, () => LedgerRules.None), new LedgerWriterOptions(), TimeProvider.System, NullLogger<LedgerWriter>.Instance))
        {
            await writer.ExecuteAsync(Commands.Grant(Alice, 1), Cancel);
        }

        await using var command = dataSource.CreateCommand("select current_setting('enable_seqscan') || current_setting('idle_in_transaction_session_timeout') || (select count(*) from pg_prepared_statements)");
        (await command.ExecuteScalarAsync(Cancel)).ShouldBe("on00");
    }

    [Fact]
    public async Task Servers_that_could_lose_a_commit_are_refused_unless_allowed_in_writing()
    {
        await using var database = await LedgerDatabase.CreateAsync(Provider.PostgreSql, server);
        await using var dataSource = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(database.ConnectionString) { Options = "-c synchronous_commit=off" }.ConnectionString);

        (await RefusalAsync(dataSource, UnsafeDurability.NoFsync)).ShouldStartWith("AIC1224");
        (await RefusalAsync(dataSource, UnsafeDurability.AsynchronousCommit)).ShouldStartWith("AIC1225");
        (await RefusalAsync(dataSource, UnsafeDurability.AsynchronousCommit | UnsafeDurability.NoFsync)).ShouldBeNull();
    }

    [Fact]
    public async Task A_standby_is_refused_and_becomes_usable_once_it_is_promoted()
    {
        await using var own = new PostgreSqlServer { Fsync = true };
        await own.InitializeAsync();
        await using var database = await LedgerDatabase.CreateAsync(Provider.PostgreSql, own);
        var folder = await database.ScalarAsync<string>("select current_setting('data_directory') as \"Value\"");
        await database.ExecuteAsync($"copy (select 1 where false) to '{folder}/standby.signal'");
        await own.StopAsync();
        await own.StartAsync();
        await using var dataSource = NpgsqlDataSource.Create(database.ConnectionString);
        var writer = database.NewWriter(new LedgerWriterOptions { Attempts = 2 });

        NpgsqlConnection.ClearAllPools();
        (await RefusalAsync(dataSource, UnsafeDurability.None)).ShouldStartWith("AIC1226");
        (await RefusalAsync(dataSource, UnsafeDurability.Standby)).ShouldBeNull();
        await Should.ThrowAsync<LedgerUnavailableException>(async () => await writer.CheckAsync(Cancel));
        await Should.ThrowAsync<LedgerUnavailableException>(async () => await writer.ExecuteAsync(Commands.Grant(Alice, 1), Cancel));

        (await database.ScalarAsync<bool>("select pg_promote() as \"Value\"")).ShouldBeTrue();
        await writer.ExecuteAsync(Commands.Grant(Alice, 1), Cancel);
        await writer.CheckAsync(Cancel);
    }

    [Fact]
    public async Task Multiplexing_is_refused()
    {
        await using var dataSource = NpgsqlDataSource.Create("Host=127.0.0.1;Multiplexing=true");

        Should.Throw<InvalidOperationException>(() => new PostgreSqlBatchExecutor(dataSource, () => LedgerRules.None)).Message.ShouldStartWith("AIC1227");
    }

    private static async Task<string?> RefusalAsync(NpgsqlDataSource dataSource, UnsafeDurability allowed)
    {
        try
        {
            await PostgreSqlServerCheck.RunAsync(dataSource, allowed, Cancel);
            return null;
        }
        catch (InvalidOperationException exception)
        {
            return exception.Message;
        }
    }

    private static AccountId SameLaneAs(AccountId account) => Enumerable.Range(0, 100)
        .Select(number => new AccountId($"other-{number}"))
        .First(other => LedgerWriter.LaneOf(other, 2) == LedgerWriter.LaneOf(account, 2));

    private static async Task EventuallyAsync(Func<Task<bool>> condition)
    {
        while (!await condition())
        {
            await Task.Delay(20, Cancel);
        }
    }

    private async Task KillSessionsAsync(LedgerDatabase database)
    {
        await using var connection = new NpgsqlConnection(server.AdminConnectionString);
        await connection.OpenAsync(Cancel);
        await using var command = new NpgsqlCommand("select pg_terminate_backend(pid) from pg_stat_activity where datname = $1", connection);
        command.Parameters.Add(new NpgsqlParameter { Value = new NpgsqlConnectionStringBuilder(database.ConnectionString).Database });
        await command.ExecuteNonQueryAsync(Cancel);
    }

    /// <summary>A setting as the transaction of a batch has it, told by a trigger.</summary>
    private async Task<string> SettingInBatchAsync(string name)
    {
        await using var database = await LedgerDatabase.CreateAsync(Provider.PostgreSql, server);
        await database.ExecuteAsync($"create table told (value text); create function tell() returns trigger language plpgsql as $$ begin insert into told values (current_setting('{name}')); return new; end $$; create trigger tell before insert on ai_credits_entry for each row execute function tell()");
        await database.NewWriter().ExecuteAsync(Commands.Grant(Alice, 1), Cancel);
        return await database.ScalarAsync<string>("select value as \"Value\" from told");
    }
}
