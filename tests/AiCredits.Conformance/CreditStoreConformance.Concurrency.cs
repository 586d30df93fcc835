using AiCredits.Ledger;

namespace AiCredits.Conformance;

/// <summary>Many at once, through two instances: everything happens exactly once.</summary>
public abstract partial class CreditStoreConformance
{
    [Fact]
    public async Task Of_200_concurrent_holds_on_a_balance_of_50_exactly_50_win()
    {
        var account = await NewAccountWith(50);

        var results = await AtOnceAsync(200, (store, _) => store.ExecuteAsync(new HoldCommand(account, NewId(), 1, TimeSpan.FromDays(1), Start()), Cancel));

        results.Count(result => result is HoldResult.Held).ShouldBe(50);
        results.Count(result => result is HoldResult.Insufficient).ShouldBe(150);
        (await StateAsync(account)).Held.ShouldBe(50);
        await ProveAsync(account);
    }

    [Fact]
    public async Task Of_50_concurrent_grants_with_one_key_one_counts()
    {
        var account = NewAccount();

        var results = await AtOnceAsync(50, (store, _) => store.ExecuteAsync(new GrantCommand(account, GrantKind.Purchase, 10) { Key = "purchase" }, Cancel));

        results.ShouldAllBe(result => result is GrantResult.Granted);
        results.Count(result => !result.Replayed).ShouldBe(1);
        (await StateAsync(account)).Issued.ShouldBe(10);
        await ProveAsync(account);
    }

    [Fact]
    public async Task Of_50_concurrent_welcome_grants_with_different_keys_one_counts()
    {
        var account = NewAccount();

        var results = await AtOnceAsync(50, (store, index) => store.ExecuteAsync(new GrantCommand(account, GrantKind.Welcome, 50) { Key = $"welcome-{index}" }, Cancel));

        results.Count(result => result is GrantResult.Granted).ShouldBe(1);
        results.Count(result => result is GrantResult.AlreadyWelcomed).ShouldBe(49);
        (await StateAsync(account)).Issued.ShouldBe(50);
    }

    [Fact]
    public async Task Of_concurrent_captures_and_releases_of_one_hold_one_settles_it()
    {
        var account = await NewAccountWith(10);
        for (var round = 0; round < 10; round++)
        {
            var id = NewId();
            await HoldAsync(account, 1, id);

            var results = await AtOnceAsync(20, (store, index) => index % 2 == 0
                ? store.ExecuteAsync(new CaptureCommand(account, id, null, End()), Cancel)
                : store.ExecuteAsync(new ReleaseCommand(account, id, End(GenerationOutcome.Failed)), Cancel));

            var settled = results.Select(result => result.ShouldBeOfType<SettleResult.Settled>()).ToArray();
            settled.Count(result => !result.Replayed).ShouldBe(1);
            settled.Select(result => result with { Replayed = false }).Distinct().Count().ShouldBe(1);
        }

        (await StateAsync(account)).Held.ShouldBe(0);
        await ProveAsync(account);
    }

    [Fact]
    public async Task Of_concurrent_holds_with_one_id_one_is_made()
    {
        var account = await NewAccountWith(50);
        var command = new HoldCommand(account, NewId(), 2, TimeSpan.FromDays(1), Start());

        var results = await AtOnceAsync(50, (store, _) => store.ExecuteAsync(command, Cancel));

        results.Count(result => result is HoldResult.Held { Replayed: false }).ShouldBe(1);
        results.Count(result => result is HoldResult.Held { Replayed: true }).ShouldBe(49);
        (await StateAsync(account)).Held.ShouldBe(2);
    }

    [Fact]
    public async Task Of_concurrent_holds_with_one_key_and_many_ids_one_is_made()
    {
        var account = await NewAccountWith(50);

        var results = await AtOnceAsync(50, (store, _) => store.ExecuteAsync(new HoldCommand(account, NewId(), 2, TimeSpan.FromDays(1), Start()) { Key = "request" }, Cancel));

        results.Select(result => result.ShouldBeOfType<HoldResult.Held>().HoldId).Distinct().Count().ShouldBe(1);
        results.Count(result => !result.Replayed).ShouldBe(1);
        (await StateAsync(account)).Held.ShouldBe(2);
    }

    [Fact]
    public async Task Of_concurrent_refunds_of_one_generation_one_counts()
    {
        var account = await NewAccountWith(10);
        var id = NewId();
        await HoldAsync(account, 4, id);
        await CaptureAsync(account, id);

        var results = await AtOnceAsync(20, (store, index) => store.ExecuteAsync(new RefundCommand(account, id) { Key = $"refund-{index}" }, Cancel));

        results.Count(result => result is RefundResult.Done).ShouldBe(1);
        (await StateAsync(account)).Available.ShouldBe(10);
        await ProveAsync(account);
    }

    [Fact]
    public async Task First_touches_of_a_new_account_at_once_lose_nothing()
    {
        var account = NewAccount();

        var results = await AtOnceAsync(40, (store, index) => store.ExecuteAsync(new GrantCommand(account, GrantKind.Bonus, 1) { Key = $"bonus-{index}" }, Cancel));

        results.ShouldAllBe(result => result is GrantResult.Granted);
        (await StateAsync(account)).Available.ShouldBe(40);
        await ProveAsync(account);
    }

    [Fact]
    public async Task Random_concurrent_load_leaves_every_account_closed_to_the_millionth()
    {
        var accounts = new AccountId[8];
        for (var index = 0; index < accounts.Length; index++)
        {
            accounts[index] = await NewAccountWith(20);
        }

        var spent = new long[accounts.Length];
        await AtOnceAsync(32, async (store, index) =>
        {
            var random = new Random(index);
            for (var turn = 0; turn < 12; turn++)
            {
                var which = random.Next(accounts.Length);
                var (account, id) = (accounts[which], NewId());
                var amount = Credits.FromMillionths(random.NextInt64(1, 3_000_000));
                if (random.Next(6) == 0)
                {
                    await store.ExecuteAsync(new GrantCommand(account, GrantKind.Bonus, amount) { Key = $"bonus-{id}", ExpiresAt = random.Next(2) == 0 ? Now.AddDays(1 + random.Next(5)) : null }, Cancel);
                }

                if (await store.ExecuteAsync(new HoldCommand(account, id, amount, TimeSpan.FromDays(1), Start()), Cancel) is not HoldResult.Held)
                {
                    continue;
                }

                LedgerCommand<SettleResult> command = random.Next(3) == 0
                    ? new ReleaseCommand(account, id, End(GenerationOutcome.Failed))
                    : new CaptureCommand(account, id, random.Next(2) == 0 ? null : Credits.FromMillionths(random.NextInt64(1, amount.Millionths + 1)), End());
                var settled = (await store.ExecuteAsync(command, Cancel)).ShouldBeOfType<SettleResult.Settled>();
                Interlocked.Add(ref spent[which], settled.Captured.Millionths);
            }

            return 0;
        });

        for (var index = 0; index < accounts.Length; index++)
        {
            var state = await StateAsync(accounts[index]);
            state.Spent.Millionths.ShouldBe(spent[index], "what callers were told is what was spent");
            state.Held.ShouldBe(0);
            await ProveAsync(accounts[index]);
        }
    }

    [Fact]
    public async Task A_cancelled_wait_leaves_the_ledger_whole()
    {
        var account = await NewAccountWith(10);
        using var cancelled = new CancellationTokenSource();
        var attempts = Enumerable.Range(0, 20).Select(async index =>
        {
            try
            {
                await Store.ExecuteAsync(new HoldCommand(account, NewId(), 1, TimeSpan.FromDays(1), Start()), cancelled.Token);
            }
            catch (OperationCanceledException)
            {
                // The wait was given up; the command may have taken effect or not.
            }
        }).ToArray();
        await cancelled.CancelAsync();
        await Task.WhenAll(attempts);

        await HoldOneMoreOrBeToldWhy();
        await ProveAsync(account);

        async Task HoldOneMoreOrBeToldWhy() =>
            (await Store.ExecuteAsync(new HoldCommand(account, NewId(), 1, TimeSpan.FromDays(1), Start()), Cancel)).ShouldBeAssignableTo<HoldResult>();
    }

    private async Task<TResult[]> AtOnceAsync<TResult>(int count, Func<ICreditStore, int, ValueTask<TResult>> act)
    {
        ICreditStore[] instances = [Store, await CreateSecondAsync()];
        var go = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var tasks = Enumerable.Range(0, count).Select(index => Task.Run(
            async () =>
            {
                await go.Task;
                return await act(instances[index % 2], index);
            },
            Cancel)).ToArray();
        go.SetResult();
        return await Task.WhenAll(tasks);
    }
}
