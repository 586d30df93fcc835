using System.Collections.Concurrent;
using AiCredits.EntityFramework.Schema;
using AiCredits.Ledger;
using AiCredits.TestServers;

namespace AiCredits.EntityFramework.Ledger;

/// <summary>
/// Two writers on one database, as two processes would be, at the same accounts at the same time. Each test fails on the
/// shape that it guards against, see the remarks.
/// </summary>
public sealed class LedgerRaceTests(PostgreSqlServer server)
{
    private static readonly AccountId Alice = new("alice");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <remarks>Guards against the lock and the figures in one statement: the figures are older than the lock.</remarks>
    [Theory]
    [EveryDatabase]
    public async Task Two_hundred_holds_at_once_on_fifty_credits_are_fifty_holds(Provider provider)
    {
        await using var database = await LedgerDatabase.BorrowAsync(provider, server);
        LedgerWriter[] writers = [database.NewWriter(), database.NewWriter()];
        foreach (var round in Enumerable.Range(0, 5))
        {
            var account = new AccountId($"round-{round}");
            await writers[0].ExecuteAsync(Commands.Grant(account, 50), Cancel);

            var results = await Task.WhenAll(Enumerable.Range(0, 200).Select(number => RunAsync(() => writers[number % 2].ExecuteAsync(Commands.Hold(account, 1), Cancel))));

            results.Count(result => result is HoldResult.Held).ShouldBe(50);
            results.Count(result => result is HoldResult.Insufficient).ShouldBe(150);
            var state = await database.StateOfAsync(account);
            (state.Available, state.Held).ShouldBe((Credits.Zero, 50));
        }

        await database.ProveAsync();
    }

    /// <remarks>Guards against adding the missing account in the statement that locks it: both see no row, both spend.</remarks>
    [Theory]
    [EveryDatabase]
    public async Task First_touches_by_two_writers_at_once_welcome_each_account_once(Provider provider)
    {
        await using var database = await LedgerDatabase.BorrowAsync(provider, server);
        var writers = Enumerable.Range(0, 2).Select(_ => database.NewWriter(new LedgerWriterOptions { Attempts = provider == Provider.Sqlite ? 20 : 1 })).ToArray();
        foreach (var round in Enumerable.Range(0, 10))
        {
            // The writers meet the accounts in opposite orders; a deadlock would be an outage, as there is one attempt only.
            var accounts = Enumerable.Range(0, 100).Select(number => new AccountId($"new-{round}-{number:D3}")).ToArray();
            using var start = new Barrier(2);
            var results = await Task.WhenAll(writers.Select((writer, index) => Task.Run(async () =>
            {
                start.SignalAndWait(Cancel);
                return await Task.WhenAll((index == 0 ? accounts : accounts.Reverse())
                    .Select(account => writer.ExecuteAsync(new GrantCommand(account, GrantKind.Welcome, 50) { Key = $"welcome by {index}" }, Cancel).AsTask()));
            })));

            results.SelectMany(result => result).Count(result => result is GrantResult.Granted).ShouldBe(100);
            results.SelectMany(result => result).Count(result => result is GrantResult.AlreadyWelcomed).ShouldBe(100);
        }

        await database.ProveAsync();
    }

    /// <remarks>Guards against two settlements of one hold, and against a second answer that differs from the first.</remarks>
    [Theory]
    [EveryDatabase]
    public async Task A_hold_that_is_captured_and_released_at_once_is_settled_once(Provider provider)
    {
        await using var database = await LedgerDatabase.BorrowAsync(provider, server);
        LedgerWriter[] writers = [database.NewWriter(), database.NewWriter()];
        await writers[0].ExecuteAsync(Commands.Grant(Alice, 100), Cancel);
        var holds = Enumerable.Range(0, 100).Select(_ => Commands.Hold(Alice, 1)).ToArray();
        await Task.WhenAll(holds.Select(hold => writers[0].ExecuteAsync(hold, Cancel).AsTask()));

        var pairs = await Task.WhenAll(holds.Select(async hold =>
        {
            var capture = RunAsync(() => writers[0].ExecuteAsync(Commands.Capture(Alice, hold.HoldId), Cancel));
            var release = RunAsync(() => writers[1].ExecuteAsync(Commands.Release(Alice, hold.HoldId), Cancel));
            return ((SettleResult.Settled)await capture, (SettleResult.Settled)await release);
        }));

        foreach (var (captured, released) in pairs)
        {
            captured.Replayed.ShouldNotBe(released.Replayed);
            (captured with { Replayed = false }).ShouldBe(released with { Replayed = false });
        }

        var state = await database.StateOfAsync(Alice);
        state.Spent.ShouldBe(pairs.Count(pair => !pair.Item1.Replayed));
        state.Held.ShouldBe(0);
        await database.ProveAsync();
    }

    /// <remarks>Guards against a duplicate that finds no row because the first is not committed yet, and against one that ends its whole batch.</remarks>
    [Theory]
    [EveryDatabase]
    public async Task Repeated_keys_in_one_batch_and_across_batches_act_once_and_changed_ones_are_conflicts(Provider provider)
    {
        await using var database = await LedgerDatabase.BorrowAsync(provider, server);
        LedgerWriter[] writers = [database.NewWriter(), database.NewWriter()];
        await writers[0].ExecuteAsync(Commands.Grant(Alice, 1_000), Cancel);

        // Every key five times, twice of it with another amount.
        var results = new ConcurrentBag<(int Key, HoldResult Result)>();
        await Task.WhenAll(Enumerable.Range(0, 500).Select(async number =>
        {
            var key = number / 5;
            var command = Commands.Hold(Alice, number % 5 < 3 ? 1 : 2, key: $"key {key}");
            results.Add((key, await RunAsync(() => writers[number % 2].ExecuteAsync(command, Cancel))));
        }));

        foreach (var same in results.GroupBy(result => result.Key))
        {
            var held = same.Select(one => one.Result).OfType<HoldResult.Held>().ToArray();
            held.Count(one => !one.Replayed).ShouldBe(1);
            held.Select(one => one.HoldId).Distinct().ShouldHaveSingleItem();
            held.Length.ShouldBeOneOf(2, 3);
            same.Count(one => one.Result is HoldResult.KeyConflict).ShouldBe(5 - held.Length);
        }

        (await database.CountOfAsync<HoldRow>()).ShouldBe(100);
        await database.ProveAsync();
    }

    /// <remarks>Guards against giving up, or doing again, what was committed without the writer knowing.</remarks>
    [Theory]
    [EveryDatabase]
    public async Task Lost_acknowledgements_of_commits_double_nothing_and_lose_nothing(Provider provider)
    {
        await using var database = await LedgerDatabase.BorrowAsync(provider, server);
        FaultyExecutor? faulty = null;
        var batches = 0;
        var writer = database.NewWriter(
            new LedgerWriterOptions { FirstDelay = TimeSpan.FromMilliseconds(1), BatchSize = 20 },
            inner => faulty = new FaultyExecutor(inner, () => Interlocked.Increment(ref batches) % 2 == 1));
        await writer.ExecuteAsync(Commands.Grant(Alice, 200, "grant"), Cancel);

        await Task.WhenAll(Enumerable.Range(0, 100).Select(async number =>
        {
            var hold = Commands.Hold(Alice, 2, key: number % 2 == 0 ? $"key {number}" : null);
            (await writer.ExecuteAsync(hold, Cancel)).ShouldBeOfType<HoldResult.Held>();
            (await writer.ExecuteAsync(Commands.Capture(Alice, hold.HoldId, 1), Cancel)).ShouldBeOfType<SettleResult.Settled>().Captured.ShouldBe(1);
            (await writer.ExecuteAsync(new RefundCommand(Alice, hold.HoldId) { Key = $"refund {number}" }, Cancel)).ShouldBeOfType<RefundResult.Done>();
        }));

        faulty!.Lost.ShouldBeGreaterThan(5);
        var state = await database.StateOfAsync(Alice);
        state.Available.ShouldBe(200);
        state.Sequence.ShouldBe(1 + (100 * 4));
        await database.ProveAsync();
    }

    /// <remarks>Guards against locks in the order of arrival: a third of the batches would die of deadlock.</remarks>
    [Theory]
    [EveryDatabase]
    public async Task Batches_over_the_same_accounts_in_any_order_all_get_through(Provider provider)
    {
        await using var database = await LedgerDatabase.BorrowAsync(provider, server);
        var writers = Enumerable.Range(0, 3).Select(_ => database.NewWriter(new LedgerWriterOptions { Attempts = provider == Provider.Sqlite ? 20 : 1 })).ToArray();
        var all = Enumerable.Range(0, 40).Select(number => new AccountId($"user-{number}")).ToArray();
        await Task.WhenAll(all.Select(account => writers[0].ExecuteAsync(Commands.Grant(account, 1_000), Cancel).AsTask()));

        await Task.WhenAll(writers.Select((writer, seed) => Task.Run(async () =>
        {
            var random = new Random(seed);
            var accounts = all.ToArray();
            foreach (var _ in Enumerable.Range(0, 15))
            {
                random.Shuffle(accounts);
                var holds = accounts.Select(account => Commands.Hold(account, 1)).ToArray();
                await Task.WhenAll(holds.Select(hold => writer.ExecuteAsync(hold, Cancel).AsTask()));
                await Task.WhenAll(holds.Select(hold => writer.ExecuteAsync(Commands.Capture(hold.Account, hold.HoldId), Cancel).AsTask()));
            }
        })));

        foreach (var account in all)
        {
            (await database.StateOfAsync(account)).Spent.ShouldBe(45);
        }
    }

    // On a thread of its own, so that the callers really are many at once.
    private static Task<TResult> RunAsync<TResult>(Func<ValueTask<TResult>> call) => Task.Run(async () => await call());
}
