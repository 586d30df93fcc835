using AiCredits.EntityFramework.Schema;
using AiCredits.Ledger;
using AiCredits.TestServers;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace AiCredits.EntityFramework.Ledger;

/// <summary>Lone commands that are decided on what a lane remembers and written in one round trip: only ever as if the account had been loaded.</summary>
public sealed class AtOnceTests(PostgreSqlServer server)
{
    private const int Loaded = 2;
    private const int AtOnce = 1;
    private const int WrongThenLoaded = 3;

    private static readonly AccountId Alice = new("alice");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Holds_and_settlements_of_an_account_that_was_written_before_are_one_round_trip()
    {
        await using var stage = await Stage.StartAsync(server);
        await stage.Watched.ExecuteAsync(Commands.Grant(Alice, 100), Cancel);
        var (first, second) = (Commands.Hold(Alice, 10), Commands.Hold(Alice, 20));

        (await stage.CountAsync(first)).ShouldSatisfyAllConditions(
            it => it.Trips.ShouldBe(AtOnce),
            it => it.Result.ShouldBeOfType<HoldResult.Held>().AvailableAfter.ShouldBe(90));
        (await stage.CountAsync(second)).ShouldSatisfyAllConditions(
            it => it.Trips.ShouldBe(AtOnce),
            it => it.Result.ShouldBeOfType<HoldResult.Held>().AvailableAfter.ShouldBe(70));
        (await stage.CountAsync(Commands.Capture(Alice, first.HoldId))).Trips.ShouldBe(AtOnce);
        (await stage.CountAsync(Commands.Release(Alice, second.HoldId))).Trips.ShouldBe(AtOnce);

        var state = await stage.Database.StateOfAsync(Alice);
        (state.Available, state.Held, state.Spent).ShouldBe((90, Credits.Zero, 10));
        await stage.Database.ProveAsync();
    }

    [Fact]
    public async Task What_has_a_key_or_is_new_or_has_nothing_to_write_is_loaded()
    {
        await using var stage = await Stage.StartAsync(server);
        (await stage.CountAsync(Commands.Grant(Alice, 100))).Trips.ShouldBeGreaterThan(Loaded);

        (await stage.CountAsync(Commands.Grant(Alice, 1))).Trips.ShouldBe(Loaded);
        (await stage.CountAsync(Commands.Hold(Alice, 1, key: "mine"))).Trips.ShouldBe(Loaded);
        (await stage.CountAsync(Commands.Hold(Alice, 1_000))).ShouldBe((Loaded, new HoldResult.Insufficient(1_000, 100, 1)));
        (await stage.CountAsync(Commands.Capture(Alice, Guid.CreateVersion7()))).Trips.ShouldBe(Loaded);
        (await stage.CountAsync(new TouchCommand(Alice))).Trips.ShouldBe(Loaded);
    }

    [Fact]
    public async Task Credits_that_another_instance_has_taken_are_not_spent_again()
    {
        await using var stage = await Stage.StartAsync(server);
        await stage.Watched.ExecuteAsync(Commands.Grant(Alice, 100), Cancel);
        await stage.Other.ExecuteAsync(Commands.Hold(Alice, 60), Cancel);

        (await stage.CountAsync(Commands.Hold(Alice, 60))).ShouldBe((WrongThenLoaded, new HoldResult.Insufficient(60, 40, 60)));
        await stage.Database.ProveAsync();
    }

    [Fact]
    public async Task Credits_that_another_instance_has_granted_are_there()
    {
        await using var stage = await Stage.StartAsync(server);
        await stage.Watched.ExecuteAsync(Commands.Grant(Alice, 1), Cancel);
        await stage.Other.ExecuteAsync(Commands.Grant(Alice, 100), Cancel);

        (await stage.CountAsync(Commands.Hold(Alice, 60))).Result.ShouldBeOfType<HoldResult.Held>().AvailableAfter.ShouldBe(41);
        await stage.Database.ProveAsync();
    }

    [Fact]
    public async Task A_hold_that_another_instance_has_settled_is_not_settled_again()
    {
        await using var stage = await Stage.StartAsync(server);
        await stage.Watched.ExecuteAsync(Commands.Grant(Alice, 100), Cancel);
        var hold = Commands.Hold(Alice, 60);
        await stage.Watched.ExecuteAsync(hold, Cancel);
        await stage.Other.ExecuteAsync(Commands.Capture(Alice, hold.HoldId), Cancel);

        (await stage.CountAsync(Commands.Release(Alice, hold.HoldId))).Trips.ShouldBe(WrongThenLoaded);

        (await stage.Database.StateOfAsync(Alice)).Spent.ShouldBe(60);
        await stage.Database.ProveAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_id_that_had_its_generation_replays_and_makes_no_second_hold(bool byAnother)
    {
        await using var stage = await Stage.StartAsync(server);
        await stage.Watched.ExecuteAsync(Commands.Grant(Alice, 100), Cancel);
        var hold = Commands.Hold(Alice, 20);
        var writer = byAnother ? stage.Other : stage.Watched;
        await writer.ExecuteAsync(hold, Cancel);
        await writer.ExecuteAsync(Commands.Capture(Alice, hold.HoldId), Cancel);

        // As it stands, the account is known; of its history nothing is.
        await stage.Watched.ExecuteAsync(Commands.Hold(Alice, 1, key: "loads"), Cancel);
        (await stage.CountAsync(hold)).ShouldSatisfyAllConditions(
            it => it.Trips.ShouldBe(WrongThenLoaded),
            it => it.Result.ShouldBeOfType<HoldResult.Held>().Finished.ShouldNotBeNull());
        (await stage.Database.CountOfAsync<HoldRow>()).ShouldBe(1);
        await stage.Database.ProveAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_id_of_an_open_hold_replays(bool byAnother)
    {
        await using var stage = await Stage.StartAsync(server);
        await stage.Watched.ExecuteAsync(Commands.Grant(Alice, 100), Cancel);
        var hold = Commands.Hold(Alice, 60);
        await (byAnother ? stage.Other : stage.Watched).ExecuteAsync(hold, Cancel);
        await stage.Watched.ExecuteAsync(Commands.Hold(Alice, 1, key: "loads"), Cancel);

        (await stage.CountAsync(hold)).Result.ShouldBeOfType<HoldResult.Held>().Replayed.ShouldBeTrue();
        (await stage.Database.CountOfAsync<HoldRow>()).ShouldBe(2);
        await stage.Database.ProveAsync();
    }

    /// <remarks>Guards against figures that are changed beside the ledger and would be written over unseen.</remarks>
    [Theory]
    [InlineData("update ai_credits_account set issued = issued + 1000000, available = available + 1000000")]
    [InlineData("update ai_credits_account set issued = issued + 1000000, spent = spent + 1000000")]
    [InlineData("update ai_credits_account set issued = issued + 1000000, expired = expired + 1000000")]
    [InlineData("update ai_credits_account set issued = issued + 1000000, revoked = revoked + 1000000")]
    [InlineData("update ai_credits_account set frozen = true")]
    [InlineData("update ai_credits_account set last_at = last_at + 1")]
    [InlineData("update ai_credits_account set seq = seq + 1")]
    [InlineData("update ai_credits_account set low = true")]
    [InlineData("update ai_credits_account set next_due = 1")]
    [InlineData("update ai_credits_account set chain_head = decode(repeat('11', 32), 'hex')")]
    [InlineData("update ai_credits_grant set amount = amount + 1000000, available = available + 1000000")]
    [InlineData("update ai_credits_grant set amount = amount + 1000000, spent = spent + 1000000")]
    [InlineData("update ai_credits_grant set amount = amount + 1000000, expired = expired + 1000000")]
    [InlineData("update ai_credits_grant set live = false")]
    public async Task An_account_that_is_not_as_it_was_left_is_loaded(string change)
    {
        await using var stage = await Stage.StartAsync(server);
        await stage.Watched.ExecuteAsync(Commands.Grant(Alice, 100), Cancel);
        await stage.Database.ExecuteAsync(change);

        var before = stage.Trips;
        try
        {
            await stage.Watched.ExecuteAsync(Commands.Hold(Alice, 1), Cancel);
        }
        catch (Exception exception) when (exception is LedgerInvariantException or InvalidOperationException)
        {
            // What does not add up closes the lane once it is loaded.
        }

        // Since something may be due, one more in one of the cases.
        (stage.Trips - before).ShouldBeGreaterThan(Loaded);
    }

    [Fact]
    public async Task A_hold_from_two_grants_is_loaded_and_the_next_one_is_not()
    {
        await using var stage = await Stage.StartAsync(server);
        await stage.Watched.ExecuteAsync(Commands.Grant(Alice, 10), Cancel);
        await stage.Watched.ExecuteAsync(Commands.Grant(Alice, 10), Cancel);
        var hold = Commands.Hold(Alice, 15);

        (await stage.CountAsync(hold)).Trips.ShouldBe(Loaded);
        (await stage.CountAsync(Commands.Hold(Alice, 1))).Trips.ShouldBe(AtOnce);
        (await stage.CountAsync(Commands.Capture(Alice, hold.HoldId))).Trips.ShouldBe(Loaded);
        await stage.Database.ProveAsync();
    }

    [Fact]
    public async Task A_clock_that_was_set_back_loads_until_it_has_caught_up()
    {
        await using var stage = await Stage.StartAsync(server);
        await stage.Watched.ExecuteAsync(Commands.Grant(Alice, 10), Cancel);

        // As after a fail-over to a server whose clock is an hour behind.
        await stage.Database.ExecuteAsync("update ai_credits_account set last_at = last_at + 3600000000");
        (await stage.CountAsync(Commands.Hold(Alice, 1))).Trips.ShouldBe(WrongThenLoaded);
        (await stage.CountAsync(Commands.Hold(Alice, 1))).Trips.ShouldBe(Loaded);
        (await stage.CountAsync(Commands.Hold(Alice, 1))).Trips.ShouldBe(Loaded);

        var entries = await stage.Database.EntriesOfAsync(Alice);
        entries[^1].At.ShouldBe(entries[1].At);
    }

    /// <remarks>Guards against a database that can't take the statements (a distributed one, say), which must not keep anybody from spending.</remarks>
    [Fact]
    public async Task What_the_database_has_against_the_one_round_trip_is_no_outage()
    {
        await using var stage = await Stage.StartAsync(server);
        await stage.Watched.ExecuteAsync(Commands.Grant(Alice, 10), Cancel);
        await stage.Database.ExecuteAsync("create function refuse() returns trigger language plpgsql as $$ begin if current_query() like '%case when clock_timestamp%' then raise exception using errcode = '0A000', message = 'not in a distributed table'; end if; return new; end $$; create trigger refuse before insert on ai_credits_entry for each row execute function refuse()");

        (await stage.CountAsync(Commands.Hold(Alice, 1))).ShouldSatisfyAllConditions(
            it => it.Trips.ShouldBe(WrongThenLoaded),
            it => it.Result.ShouldBeOfType<HoldResult.Held>());
        (await stage.CountAsync(Commands.Hold(Alice, 1))).Result.ShouldBeOfType<HoldResult.Held>();
    }

    [Fact]
    public async Task Nothing_is_remembered_through_a_pooler()
    {
        await using var database = await LedgerDatabase.CreateAsync(Provider.PgBouncer, server);
        await using var dataSource = NpgsqlDataSource.Create(database.ConnectionString);
        await using var session = await PostgreSqlSession.OpenAsync(dataSource, new LaneMemory(), Cancel);

        session.Memory.ShouldBeNull();
    }

    [Fact]
    public async Task What_ends_by_its_time_ends_before_a_hold_that_is_written_at_once()
    {
        await using var stage = await Stage.StartAsync(server);
        await stage.Watched.ExecuteAsync(Commands.Grant(Alice, 10), Cancel);
        await stage.Watched.ExecuteAsync(Commands.Grant(Alice, 100) with { ExpiresAt = UtcMicroseconds.Now(TimeProvider.System).AddSeconds(1) }, Cancel);
        (await stage.CountAsync(Commands.Hold(Alice, 1))).Trips.ShouldBe(AtOnce);
        await Task.Delay(1_100, Cancel);

        (await stage.CountAsync(Commands.Hold(Alice, 11))).Result.ShouldBe(new HoldResult.Insufficient(11, 10, 0));
        await stage.Database.ProveAsync();
    }

    /// <remarks>Guards against a time that was right before a wait for the account's lock.</remarks>
    [Fact]
    public async Task A_hold_that_waits_for_the_account_takes_the_time_after_the_wait()
    {
        await using var stage = await Stage.StartAsync(server);
        await stage.Watched.ExecuteAsync(Commands.Grant(Alice, 100), Cancel);
        var trips = 0;

        var released = await stage.Database.LockWhileAsync(async () => trips = (await stage.CountAsync(Commands.Hold(Alice, 1))).Trips, Cancel);

        trips.ShouldBe(WrongThenLoaded);
        (await stage.Database.EntriesOfAsync(Alice))[1].At.ShouldBeGreaterThan(released);
    }

    [Fact]
    public async Task The_time_of_an_entry_is_the_databases_and_never_ahead_of_it()
    {
        await using var stage = await Stage.StartAsync(server);
        await stage.Watched.ExecuteAsync(Commands.Grant(Alice, 100), Cancel);
        await stage.Database.ExecuteAsync("create table written (seq bigint, at bigint); create function note() returns trigger language plpgsql as $$ begin insert into written values (new.seq, (extract(epoch from clock_timestamp()) * 1000000)::bigint); return new; end $$; create trigger note before insert on ai_credits_entry for each row execute function note()");
        for (var round = 0; round < 50; round++)
        {
            await stage.Watched.ExecuteAsync(Commands.Hold(Alice, 1), Cancel);
        }

        (await stage.Database.ScalarAsync<long>("select max(entry.at - written.at) as \"Value\" from written join ai_credits_entry as entry on entry.seq = written.seq")).ShouldBeLessThanOrEqualTo(0);
        (await stage.Database.ScalarAsync<long>("select max(written.at - entry.at) as \"Value\" from written join ai_credits_entry as entry on entry.seq = written.seq")).ShouldBeLessThan(200_000);
    }

    /// <remarks>Guards against three round trips for every command, and an error in the server's log, where two instances share their accounts.</remarks>
    [Fact]
    public async Task Where_another_instance_writes_the_same_account_memory_is_asked_ever_less()
    {
        await using var stage = await Stage.StartAsync(server);
        await stage.Watched.ExecuteAsync(Commands.Grant(Alice, 1_000), Cancel);
        var trips = 0;
        for (var round = 0; round < 60; round++)
        {
            await stage.Other.ExecuteAsync(Commands.Hold(Alice, 1), Cancel);
            trips += (await stage.CountAsync(Commands.Hold(Alice, 1))).Trips;
        }

        // Wrong once, then after 2, 4, 8, 16 and so on that load at once.
        (trips - (60 * Loaded)).ShouldBeInRange(1, 6);
        await stage.Database.ProveAsync();
    }

    [Fact]
    public async Task Two_instances_that_write_one_account_in_turns_and_together_never_overspend()
    {
        await using var stage = await Stage.StartAsync(server);
        await stage.Watched.ExecuteAsync(Commands.Grant(Alice, 200), Cancel);
        var won = 0;
        await Task.WhenAll(((LedgerWriter[])[stage.Watched, stage.Other]).Select(async writer =>
        {
            for (var round = 0; round < 150; round++)
            {
                var hold = Commands.Hold(Alice, 1);
                if (await writer.ExecuteAsync(hold, Cancel) is HoldResult.Held)
                {
                    Interlocked.Increment(ref won);
                    (await writer.ExecuteAsync(Commands.Capture(Alice, hold.HoldId), Cancel)).ShouldBeOfType<SettleResult.Settled>();
                }
            }
        }));

        won.ShouldBe(200);
        (await stage.Database.StateOfAsync(Alice)).Spent.ShouldBe(200);
        await stage.Database.ProveAsync();
    }

    /// <summary>Two instances on one database; the round trips of one are counted.</summary>
    private sealed class Stage : IAsyncDisposable
    {
        private readonly RoundTripProxy proxy;
        private readonly NpgsqlDataSource dataSource;

        private Stage(LedgerDatabase database, RoundTripProxy proxy)
        {
            Database = database;
            this.proxy = proxy;
            dataSource = NpgsqlDataSource.Create(proxy.ConnectionStringFor(database.ConnectionString));
            Watched = new LedgerWriter(new PostgreSqlBatchExecutor(dataSource, () => LedgerRules.None), new LedgerWriterOptions(), TimeProvider.System, NullLogger<LedgerWriter>.Instance);
            Other = database.NewWriter();
        }

        public LedgerDatabase Database { get; }

        public LedgerWriter Watched { get; }

        public LedgerWriter Other { get; }

        public int Trips => proxy.RoundTrips;

        public static async Task<Stage> StartAsync(PostgreSqlServer server) =>
            new(await LedgerDatabase.CreateAsync(Provider.PostgreSql, server), new RoundTripProxy(server.Port));

        public async Task<(int Trips, TResult Result)> CountAsync<TResult>(LedgerCommand<TResult> command)
            where TResult : LedgerResult
        {
            var before = proxy.RoundTrips;
            var result = await Watched.ExecuteAsync(command, Cancel);
            return (proxy.RoundTrips - before, result);
        }

        public async ValueTask DisposeAsync()
        {
            await Watched.DisposeAsync();
            await dataSource.DisposeAsync();
            await proxy.DisposeAsync();
            await Database.DisposeAsync();
        }
    }
}
