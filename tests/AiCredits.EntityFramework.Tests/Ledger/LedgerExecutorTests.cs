using AiCredits.EntityFramework.Schema;
using AiCredits.Ledger;
using AiCredits.TestServers;
using Npgsql;

namespace AiCredits.EntityFramework.Ledger;

/// <summary>What the kernel decides is loaded and written right, whatever the database, from writers as separate as processes.</summary>
public sealed class LedgerExecutorTests(PostgreSqlServer server)
{
    private static readonly AccountId Alice = new("alice");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [EveryDatabase]
    public async Task A_generation_is_held_captured_and_refunded(Provider provider)
    {
        await using var database = await LedgerDatabase.BorrowAsync(provider, server);
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
        (await database.CountOfAsync<HoldRow>()).ShouldBe(0);
        await database.ProveAsync();
    }

    [Theory]
    [EveryDatabase]
    public async Task A_refund_finds_all_captures_of_grants_that_are_long_used_up(Provider provider)
    {
        await using var database = await LedgerDatabase.BorrowAsync(provider, server);
        var writer = database.NewWriter();
        await writer.ExecuteAsync(Commands.Grant(Alice, 2, "first"), Cancel);
        await writer.ExecuteAsync(Commands.Grant(Alice, 3, "second"), Cancel);
        var hold = Commands.Hold(Alice, 5);
        await writer.ExecuteAsync(hold, Cancel);
        var lease = 0;
        foreach (var part in Enumerable.Range(1, 4))
        {
            await writer.ExecuteAsync(Commands.Capture(Alice, hold.HoldId, 1) with { Final = false, Key = $"part {part}" }, Cancel);

            // Others' entries in between, so that the captures are far apart.
            await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => writer.ExecuteAsync(new RenewCommand(Alice, hold.HoldId, TimeSpan.FromDays(1 + (double)lease++ / 100)), Cancel).AsTask()));
        }

        // The last capture and both refunds share a batch with each other, but not with the captures before.
        await Task.WhenAll(
            writer.ExecuteAsync(Commands.Capture(Alice, hold.HoldId), Cancel).AsTask(),
            writer.ExecuteAsync(new RefundCommand(Alice, hold.HoldId) { Key = "refund" }, Cancel).AsTask(),
            writer.ExecuteAsync(new RefundCommand(Alice, hold.HoldId) { Key = "refund again" }, Cancel).AsTask());

        (await database.StateOfAsync(Alice)).Available.ShouldBe(5);
        await database.ProveAsync();
    }

    [Theory]
    [EveryDatabase]
    public async Task A_grant_that_is_used_up_can_still_be_revoked_into_debt(Provider provider)
    {
        await using var database = await LedgerDatabase.BorrowAsync(provider, server);
        var writer = database.NewWriter();
        var grant = (GrantResult.Granted)await writer.ExecuteAsync(Commands.Grant(Alice, 10, "purchase"), Cancel);
        var hold = Commands.Hold(Alice, 10);
        await writer.ExecuteAsync(hold, Cancel);
        await writer.ExecuteAsync(Commands.Capture(Alice, hold.HoldId), Cancel);

        var revoked = await writer.ExecuteAsync(new RevokeCommand(Alice, grant.GrantId, 4) { Key = "dispute", ToDebt = true }, Cancel);

        revoked.ShouldBeOfType<RevokeResult.Done>().BecameDebt.ShouldBe(4);
        (await database.StateOfAsync(Alice)).Debt.ShouldBe(4);
        (await writer.ExecuteAsync(new RevokeCommand(Alice, 99, 1) { Key = "no such grant" }, Cancel)).ShouldBeOfType<RevokeResult.NotFound>();
        await database.ProveAsync();
    }

    [Theory]
    [EveryDatabase]
    public async Task Every_field_comes_back_as_it_was(Provider provider)
    {
        await using var database = await LedgerDatabase.BorrowAsync(provider, server);
        var writer = database.NewWriter();
        var later = new DateTime(2100, 1, 2, 3, 4, 5, DateTimeKind.Utc).AddMicroseconds(678901);
        await writer.ExecuteAsync(
            Commands.Grant(Alice, 7.654321m, "grant \u2603 'quoted\"") with
            {
                Priority = -3,
                ExpiresAt = later,
                Models = ["flux-dev", "na\u00efve \"model\""],
                Description = "caf\u00e9 \U0001F600",
                Actor = "admin",
                Reference = "order-1",
            },
            Cancel);
        await writer.ExecuteAsync(Commands.Grant(Alice, 1, "later") with { EffectiveAt = later.AddDays(-1), ExpiresAt = later.AddYears(1) }, Cancel);
        var command = Commands.Hold(Alice, 0.000001m) with
        {
            Key = "my key",
            OnExpiry = HoldExpiryPolicy.Capture,
            Description = "a hold",
            Actor = "worker",
            Generation = new GenerationStart { Model = "flux-dev", Count = 4, Price = 0.000001m, PriceVersion = "2026-11", Prompt = "a 'lighthouse'", PromptExpiresAt = later },
        };

        await writer.ExecuteAsync(command, Cancel);

        await using (var context = database.NewContext())
        {
            var hold = context.Set<HoldRow>().Single().ToHold();
            hold.Generation.ShouldBe(command.Generation);
            hold.OnExpiry.ShouldBe(HoldExpiryPolicy.Capture);
            hold.Slices.ShouldBe([new GrantSlice(1, 0.000001m)]);
            var grant = context.Set<GrantRow>().Single(row => row.GrantId == 1).ToGrant();
            grant.Priority.ShouldBe(-3);
            grant.ExpiresAt.ShouldBe(later);
            grant.Models.ShouldBe(["flux-dev", "na\u00efve \"model\""]);
            grant.Reference.ShouldBe("order-1");
            context.Set<GrantRow>().Single(row => row.GrantId == 2).ToGrant().Pending.ShouldBeTrue();
        }

        var end = new GenerationEnd { Outcome = GenerationOutcome.ClientGoneAfterOutput, Error = "gone", ProviderRequestId = "r", ProviderCostMillionths = 1234, ProviderCurrency = "USD" };
        await writer.ExecuteAsync(new CaptureCommand(Alice, command.HoldId, null, end), Cancel);

        var replay = (HoldResult.Held)await database.NewWriter().ExecuteAsync(command with { HoldId = Guid.CreateVersion7() } as HoldCommand, Cancel);
        replay.Replayed.ShouldBeTrue();
        var finished = replay.Finished.ShouldNotBeNull();
        finished.Start.ShouldBe(command.Generation);
        finished.Outcome.ShouldBe(GenerationOutcome.ClientGoneAfterOutput);
        (finished.Error, finished.ProviderRequestId, finished.ProviderCostMillionths, finished.ProviderCurrency).ShouldBe(("gone", "r", 1234, "USD"));
        await database.ProveAsync();
    }

    [Theory]
    [EveryDatabase]
    public async Task A_refusal_is_given_again_under_its_key(Provider provider)
    {
        await using var database = await LedgerDatabase.BorrowAsync(provider, server);
        var command = Commands.Hold(Alice, 3, key: "mine");

        (await database.NewWriter().ExecuteAsync(command, Cancel)).ShouldBeOfType<HoldResult.Insufficient>();
        await database.NewWriter().ExecuteAsync(Commands.Grant(Alice, 10), Cancel);

        var again = (await database.NewWriter().ExecuteAsync(command, Cancel)).ShouldBeOfType<HoldResult.Insufficient>();
        again.Replayed.ShouldBeTrue();
        again.Available.ShouldBe(0);
        (await database.NewWriter().ExecuteAsync(command with { Key = "another" } as HoldCommand, Cancel)).ShouldBeOfType<HoldResult.Held>();
    }

    [Theory]
    [EveryDatabase]
    public async Task What_is_due_is_written_first_with_holds_that_no_command_names(Provider provider)
    {
        await using var database = await LedgerDatabase.BorrowAsync(provider, server);
        var writer = database.NewWriter();
        await writer.ExecuteAsync(Commands.Grant(Alice, 10), Cancel);
        foreach (var _ in Enumerable.Range(0, 5))
        {
            await writer.ExecuteAsync(Commands.Hold(Alice, 2) with { Lease = TimeSpan.FromMilliseconds(300) }, Cancel);
        }

        (await database.StateOfAsync(Alice)).Available.ShouldBe(0);
        await Task.Delay(400, Cancel);

        // Both in one batch: the second must find the account as the first left it.
        var results = await Task.WhenAll(
            writer.ExecuteAsync(Commands.Hold(Alice, 6), Cancel).AsTask(),
            writer.ExecuteAsync(Commands.Hold(Alice, 4), Cancel).AsTask());

        results.ShouldAllBe(result => result is HoldResult.Held);
        (await database.CountOfAsync<HoldRow>()).ShouldBe(2);
        await database.ProveAsync();
    }

    [Theory]
    [EveryDatabase]
    public async Task Credits_that_come_back_after_their_expiry_expire_in_the_middle_of_a_batch(Provider provider)
    {
        await using var database = await LedgerDatabase.BorrowAsync(provider, server);
        var writer = database.NewWriter();
        await writer.ExecuteAsync(Commands.Grant(Alice, 5), Cancel);
        await writer.ExecuteAsync(Commands.Grant(Alice, 2) with { Priority = -1, ExpiresAt = DateTime.UtcNow.AddMilliseconds(500) }, Cancel);
        var hold = Commands.Hold(Alice, 2);
        await writer.ExecuteAsync(hold, Cancel);
        await writer.ExecuteAsync(Commands.Hold(Alice, 1), Cancel);
        await Task.Delay(600, Cancel);
        await writer.ExecuteAsync(new TouchCommand(Alice), Cancel);

        await Task.WhenAll(
            writer.ExecuteAsync(Commands.Release(Alice, hold.HoldId), Cancel).AsTask(),
            writer.ExecuteAsync(Commands.Hold(Alice, 1), Cancel).AsTask(),
            writer.ExecuteAsync(Commands.Hold(Alice, 1), Cancel).AsTask());

        var state = await database.StateOfAsync(Alice);
        state.Expired.ShouldBe(2);
        state.Held.ShouldBe(3);
        await database.ProveAsync();
    }

    [Theory]
    [EveryDatabase]
    public async Task A_command_that_the_kernel_refuses_fails_alone(Provider provider)
    {
        await using var database = await LedgerDatabase.BorrowAsync(provider, server);
        var writer = database.NewWriter();

        // Each is right by itself; together they are beyond counting.
        var grants = Enumerable.Range(0, 5000).Select(number => writer.ExecuteAsync(Commands.Grant(Alice, Credits.FromMillionths(LedgerCommand.MaxAmountMillionths), $"grant {number}"), Cancel).AsTask()).ToArray();
        await Task.WhenAll(grants).ContinueWith(_ => { }, Cancel, TaskContinuationOptions.None, TaskScheduler.Default);

        grants.Count(grant => grant.IsCompletedSuccessfully).ShouldBe(4611);
        grants.Where(grant => grant.IsFaulted).ShouldAllBe(grant => grant.Exception!.InnerException is ArgumentException);
        (await database.StateOfAsync(Alice)).Sequence.ShouldBe(4611);
    }

    [Theory]
    [EveryDatabase]
    public async Task A_command_that_the_database_refuses_fails_alone(Provider provider)
    {
        await using var database = await LedgerDatabase.CreateAsync(provider, server);
        var writer = database.NewWriter();
        await writer.ExecuteAsync(Commands.Grant(Alice, 100), Cancel);
        await database.ExecuteAsync(provider == Provider.Sqlite
            ? "create trigger poison before insert on ai_credits_entry when new.description = 'poison' begin select raise(abort, 'poisoned'); end"
            : "create function poison() returns trigger language plpgsql as $$ begin if new.description = 'poison' then raise exception 'poisoned'; end if; return new; end $$; create trigger poison before insert on ai_credits_entry for each row execute function poison()");

        var good = Enumerable.Range(0, 50).Select(_ => writer.ExecuteAsync(Commands.Hold(Alice, 1), Cancel).AsTask()).ToArray();
        var poisoned = writer.ExecuteAsync(Commands.Hold(Alice, 1) with { Description = "poison" }, Cancel).AsTask();
        var more = Enumerable.Range(0, 50).Select(_ => writer.ExecuteAsync(Commands.Hold(Alice, 1), Cancel).AsTask()).ToArray();

        (await Should.ThrowAsync<InvalidOperationException>(() => poisoned)).Message.ShouldContain("poisoned");
        (await Task.WhenAll([.. good, .. more])).ShouldAllBe(result => result is HoldResult.Held);
        await database.ProveAsync();
    }

    [Theory]
    [EveryDatabase]
    public async Task A_row_that_is_not_there_when_it_is_written_closes_the_lane_and_writes_nothing(Provider provider)
    {
        await using var database = await LedgerDatabase.CreateAsync(provider, server);
        var writer = database.NewWriter();
        await writer.ExecuteAsync(Commands.Grant(Alice, 100), Cancel);

        // The update finds no row, as if somebody had written the account without its lock.
        await database.ExecuteAsync(provider == Provider.Sqlite
            ? "create trigger lost before update on ai_credits_account begin select raise(ignore); end"
            : "create function lost() returns trigger language plpgsql as $$ begin return null; end $$; create trigger lost before update on ai_credits_account for each row execute function lost()");

        var fault = await Should.ThrowAsync<LedgerInvariantException>(async () => await writer.ExecuteAsync(Commands.Hold(Alice, 1), Cancel));

        fault.Message.ShouldContain("ai_credits_account");
        await Should.ThrowAsync<LedgerInvariantException>(async () => await writer.ExecuteAsync(new TouchCommand(Alice), Cancel));
        await Should.ThrowAsync<LedgerUnavailableException>(async () => await writer.CheckAsync(Cancel));
        (await database.EntriesOfAsync(Alice)).Count.ShouldBe(1);
        (await database.CountOfAsync<HoldRow>()).ShouldBe(0);
    }

    /// <remarks>Guards against a lock that was no lock: somebody else wrote the account between the two round trips.</remarks>
    [Theory]
    [EveryDatabase]
    public async Task An_account_that_moved_on_since_it_was_loaded_is_not_written(Provider provider)
    {
        await using var database = await LedgerDatabase.BorrowAsync(provider, server);
        await database.NewWriter().ExecuteAsync(Commands.Grant(Alice, 100), Cancel);
        var batch = new LedgerBatch([new PendingCommand<HoldResult>(Commands.Hold(Alice, 1))]);

        var fault = await Should.ThrowAsync<Exception>(async () =>
        {
            if (provider == Provider.Sqlite)
            {
                using var session = new SqliteSession(database.ConnectionString, fullSync: true);
                session.Begin();
                var now = UtcMicroseconds.Now(TimeProvider.System);
                session.Load(batch, now);
                session.Save(batch[Alice.Value], Stale(now));
            }
            else
            {
                var sql = new PostgreSqlStatements(schema: null);
                await using var dataSource = NpgsqlDataSource.Create(database.ConnectionString);
                await using var session = await PostgreSqlSession.OpenAsync(dataSource, new LaneMemory(), Cancel);
                var now = await new PostgreSqlLoad(sql, batch).ReadAsync(session, Cancel);
                var stale = Stale(now);
                batch.Changes[0] = stale;
                await new PostgreSqlSave(sql, batch).WriteAsync(session, Cancel);
            }
        });

        fault.Message.ShouldContain("ai_credits_account");
        (await database.EntriesOfAsync(Alice)).Count.ShouldBe(1);

        AccountChanges Stale(DateTime now)
        {
            batch.TryDecide(now, LedgerRules.None).ShouldBeTrue();
            return batch.Changes.ShouldHaveSingleItem() with { SequenceBefore = 7 };
        }
    }

    [Theory]
    [EveryDatabase]
    public async Task Figures_that_the_database_itself_refuses_close_the_lane(Provider provider)
    {
        await using var database = await LedgerDatabase.CreateAsync(provider, server);
        var writer = database.NewWriter();
        await database.ExecuteAsync(provider == Provider.Sqlite
            ? "create trigger spoil after insert on ai_credits_account begin update ai_credits_account set available = 1 where account_id = new.account_id; end"
            : "create function spoil() returns trigger language plpgsql as $$ begin new.available := 1; return new; end $$; create trigger spoil before insert on ai_credits_account for each row execute function spoil()");

        await Should.ThrowAsync<LedgerInvariantException>(async () => await writer.ExecuteAsync(Commands.Grant(Alice, 1), Cancel));
        await Should.ThrowAsync<LedgerUnavailableException>(async () => await writer.CheckAsync(Cancel));
    }

    [Theory]
    [EveryDatabase]
    public async Task A_database_without_tables_is_an_outage_and_is_used_again_once_they_are_there(Provider provider)
    {
        await using var database = await LedgerDatabase.CreateAsync(provider, server);
        var writer = database.NewWriter();
        await database.ExecuteAsync("alter table ai_credits_account rename to elsewhere");

        await Should.ThrowAsync<LedgerUnavailableException>(async () => await writer.ExecuteAsync(Commands.Grant(Alice, 1), Cancel));

        await database.ExecuteAsync("alter table elsewhere rename to ai_credits_account");
        await writer.ExecuteAsync(Commands.Grant(Alice, 1), Cancel);
        await writer.CheckAsync(Cancel);
    }

    [Theory]
    [EveryDatabase]
    public async Task Events_wait_in_the_outbox_from_the_commit_on(Provider provider)
    {
        await using var database = await LedgerDatabase.BorrowAsync(provider, server);
        database.Rules = new LedgerRules(10);
        var writer = database.NewWriter();
        await writer.ExecuteAsync(Commands.Grant(Alice, 12), Cancel);
        var hold = Commands.Hold(Alice, 5);
        await writer.ExecuteAsync(hold, Cancel);
        (await database.StateOfAsync(Alice)).Low.ShouldBeFalse();

        await writer.ExecuteAsync(Commands.Capture(Alice, hold.HoldId), Cancel);
        await writer.ExecuteAsync(Commands.Capture(Alice, hold.HoldId), Cancel);

        await using var context = database.NewContext();
        context.Set<EventRow>().AsEnumerable().Select(row => row.ToEvent().Event.Name).Order().ShouldBe(["balance_low", "credits_granted"]);
        (await database.StateOfAsync(Alice)).Low.ShouldBeTrue();
    }
}
