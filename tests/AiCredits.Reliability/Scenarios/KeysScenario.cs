using AiCredits.Conformance;
using AiCredits.EntityFramework.Ledger;
using AiCredits.Ledger;

namespace AiCredits.Reliability.Scenarios;

internal sealed class KeysScenario : Scenario
{
    private const int Firsts = 30;
    private const int Repeats = 300;
    private const int KernelHistories = 300;
    private static readonly DateTime Now = new(2026, 11, 1, 12, 0, 0, DateTimeKind.Utc);

    private delegate Task<LedgerResult[]> Send(IReadOnlyList<LedgerCommand> commands);

    public override string Name => "keys";

    public override string What => "commands repeated under their keys, half of them with one field changed, to the kernel and in batches to PostgreSQL: the same ones get the first answer, the changed ones a conflict, and nothing is written";

    public override string NaiveShape => "answers kept by key alone, without the request";

    public override int Weight => 6;

    public override async Task RunAsync(Run run)
    {
        await using var server = await Servers.StartAsync();
        await using var database = await LedgerDatabase.CreateAsync(Provider.PostgreSql, server);
        LedgerWriter[] writers = [database.NewWriter(), database.NewWriter()];
        for (var round = 0; run.GoesOn(round, slice: 2); round++)
        {
            var first = run.SeedOf(round * (KernelHistories + 1L));
            await Parallel.ForAsync(0, KernelHistories, async (index, _) => await RepeatAsync(run, first + index, Kernel()));
            var sent = 0;
            await RepeatAsync(run, first + KernelHistories, commands =>
                Task.WhenAll(commands.Select(command => AnyCommand.ExecuteAsync(new OnWriter(writers[sent++ % 2]), command, CancellationToken.None))));
            run.Count("of them through PostgreSQL", Repeats);
        }

        await database.ProveAsync();
    }

    public override async Task<string?> BreakNaiveShapeAsync(Run run)
    {
        var kernel = Kernel();
        var answers = new Dictionary<string, LedgerResult>(StringComparer.Ordinal);
        var naive = new Run(run.Seed);
        await RepeatAsync(naive, run.Seed, async commands =>
        {
            var results = new List<LedgerResult>();
            foreach (var command in commands)
            {
                if (command.Key is { } key && answers.TryGetValue(key, out var kept))
                {
                    results.Add(kept with { Replayed = true });
                    continue;
                }

                var result = (await kernel([command]))[0];
                results.Add(result);
                _ = command.Key is null || answers.TryAdd(command.Key, result);
            }

            return [.. results];
        });
        return naive.Failed > 0 ? $"{naive.Failed} of {naive.Figure("changed")} conflicts missed" : null;
    }

    private static Send Kernel()
    {
        KernelLedger? ledger = null;
        return commands => Task.FromResult(commands.Select(command => (ledger ??= new KernelLedger(command.Account)).ApplyAlone(command, Now)).ToArray());
    }

    private static async Task RepeatAsync(Run run, int seed, Send send)
    {
        var random = new Random(seed);
        var maker = new Maker(new AccountId($"account-{seed}"), random, send);
        var firsts = new List<(LedgerCommand Command, LedgerResult Answer)>();
        await maker.GrantAsync(1_000_000);
        while (firsts.Count < Firsts)
        {
            firsts.Add(await maker.NextAsync());
        }

        var before = await maker.StateAsync();
        var repeats = Enumerable.Range(0, Repeats).Select(_ => firsts[random.Next(firsts.Count)]).Select(first => (First: first, Changed: random.Next(2) == 0)).ToList();
        var commands = repeats.ConvertAll(repeat => repeat.Changed ? Change(repeat.First.Command, random) : repeat.First.Command);
        var answers = await send(commands);
        for (var index = 0; index < answers.Length; index++)
        {
            var (first, changed) = repeats[index];
            run.Count(changed ? "changed" : "repeated alike");
            if (changed ? !IsConflict(answers[index]) : !answers[index].Replayed || Essence(answers[index]) != Essence(first.Answer))
            {
                run.Fail($"Seed {seed}: {first.Command}\n  was answered {first.Answer};\n  {commands[index]}\n  then {answers[index]}");
            }
        }

        var after = await maker.StateAsync();
        if (after.Sequence != before.Sequence || !after.ChainHead.Span.SequenceEqual(before.ChainHead.Span))
        {
            run.Fail($"Seed {seed}: repeats wrote {after.Sequence - before.Sequence} entries");
        }
    }

    private static bool IsConflict(LedgerResult result) =>
        result is HoldResult.KeyConflict or SettleResult.KeyConflict or GrantResult.KeyConflict or RevokeResult.KeyConflict or RefundResult.KeyConflict or FreezeResult.KeyConflict;

    // What a repeat may tell beside the first answer: that the generation has ended or was refunded since.
    private static LedgerResult Essence(LedgerResult result) => result switch
    {
        HoldResult.Held held => held with { Replayed = false, Finished = null },
        SettleResult.Settled settled => settled with { Replayed = false, Status = default },
        _ => result with { Replayed = false },
    };

    /// <summary>Another request under the same key: one meaningful field differs, or it is another kind of command.</summary>
    private static LedgerCommand Change(LedgerCommand command, Random random)
    {
        var more = Credits.FromMillionths(1);
        LedgerCommand[] changed = command switch
        {
            HoldCommand hold =>
            [
                hold with { Amount = hold.Amount + more },
                hold with { Generation = hold.Generation with { Model = "another" } },
                hold with { Generation = hold.Generation with { Count = 2 } },
                new GrantCommand(hold.Account, GrantKind.Bonus, hold.Amount) { Key = hold.Key },
            ],
            CaptureCommand capture =>
            [
                capture with { HoldId = Guid.CreateVersion7() },
                capture with { Amount = (capture.Amount ?? 0) + more },
                capture with { Overrun = OverrunPolicy.Extra },
                new ReleaseCommand(capture.Account, capture.HoldId, capture.End) { Key = capture.Key },
            ],
            ReleaseCommand release =>
            [
                release with { HoldId = Guid.CreateVersion7() },
                new CaptureCommand(release.Account, release.HoldId, null, release.End) { Key = release.Key },
            ],
            GrantCommand grant =>
            [
                grant with { Amount = grant.Amount + more },
                grant with { Kind = GrantKind.Bonus },
                grant with { Priority = 1 },
                grant with { EffectiveAt = Now.AddDays(-1) },
                grant with { ExpiresAt = Now.AddDays(9_000) },
                grant with { Reference = "another" },
                grant with { Models = ["another"] },
                new FreezeCommand(grant.Account, true) { Key = grant.Key },
            ],
            RevokeCommand revoke =>
            [
                revoke with { GrantId = 1 },
                revoke with { Amount = revoke.Amount + more },
                revoke with { ToDebt = true },
                revoke with { Reference = "another" },
                new RefundCommand(revoke.Account, Guid.CreateVersion7()) { Key = revoke.Key },
            ],
            RefundCommand refund =>
            [
                refund with { HoldId = Guid.CreateVersion7() },
                new RevokeCommand(refund.Account, 1, more) { Key = refund.Key },
            ],
            FreezeCommand freeze => [freeze with { Frozen = !freeze.Frozen }],
            _ => throw new ArgumentException($"The scenario doesn't know {command.GetType().Name}."),
        };
        return changed[random.Next(changed.Length)];
    }

    /// <summary>Makes commands that act, each under a key of its own.</summary>
    private sealed class Maker(AccountId account, Random random, Send send)
    {
        private int _keys;

        public async Task<(LedgerCommand Command, LedgerResult Answer)> NextAsync()
        {
            LedgerCommand command = random.Next(9) switch
            {
                0 => new GrantCommand(account, GrantKind.Purchase, Amount()) { Key = Key(), Reference = random.Next(2) == 0 ? "pi_1" : null, Models = random.Next(3) == 0 ? ["flux-dev"] : [] },
                1 => Hold(Amount(), Key()),
                2 => Hold(Credits.FromMillionths(LedgerCommand.MaxAmountMillionths / 2), Key()),
                3 => new CaptureCommand(account, await HoldAsync(), null, Over()) { Key = Key() },
                4 => new CaptureCommand(account, await HoldAsync(), Credits.FromMillionths(random.Next(1, 1_000_000)), Over()) { Key = Key() },
                5 => new CaptureCommand(account, await HoldAsync(), Credits.FromMillionths(random.Next(1, 500_000)), Over()) { Key = Key(), Final = false },
                6 => new ReleaseCommand(account, await HoldAsync(), Over()) { Key = Key() },
                7 => new RevokeCommand(account, await GrantAsync(10), Credits.FromMillionths(random.Next(1, 1_000_000))) { Key = Key() },
                _ => new RefundCommand(account, await SpendAsync()) { Key = Key() },
            };
            return (command, await OneAsync(command));
        }

        public async Task<AccountState> StateAsync() => ((TouchResult)await OneAsync(new TouchCommand(account))).State;

        public async Task<long> GrantAsync(Credits amount) => ((GrantResult.Granted)await OneAsync(new GrantCommand(account, GrantKind.Purchase, amount) { Key = Key() })).GrantId;

        private async Task<Guid> SpendAsync()
        {
            var id = await HoldAsync();
            await OneAsync(new CaptureCommand(account, id, null, Over()));
            return id;
        }

        private async Task<Guid> HoldAsync() => ((HoldResult.Held)await OneAsync(Hold(Amount(), null))).HoldId;

        private async Task<LedgerResult> OneAsync(LedgerCommand command) => (await send([command]))[0];

        private HoldCommand Hold(Credits amount, string? key) => new(account, Guid.CreateVersion7(), amount, TimeSpan.FromDays(20), new GenerationStart { Model = "flux-dev" }) { Key = key };

        private Credits Amount() => Credits.FromMillionths(random.Next(1_000_000, 9_000_000));

        private string Key() => $"key-{_keys++}";

        private static GenerationEnd Over() => new() { Outcome = GenerationOutcome.Succeeded };
    }
}
