using System.Globalization;
using AiCredits.Ledger;

namespace AiCredits.Conformance;

/// <summary>The store against the kernel on the plainest rows: one stream of commands, the same answers and the same chain.</summary>
public abstract partial class CreditStoreConformance
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task The_store_decides_and_keeps_what_the_kernel_does(int seed)
    {
        // Many short histories: a long one is mostly waiting for credits. AICREDITS_STREAM_COMMANDS sets another length for long runs.
        const int EachAccount = 200;
        var length = int.TryParse(Environment.GetEnvironmentVariable("AICREDITS_STREAM_COMMANDS"), CultureInfo.InvariantCulture, out var commands) ? commands : StreamLength;
        for (var part = 0; part < length / EachAccount; part++)
        {
            await CompareAsync(unchecked((seed * 10_007) + part), EachAccount);
        }
    }

    private async Task CompareAsync(int seed, int length)
    {
        var account = NewAccount();
        var stream = new CommandStream(seed, account, Now, LivesByClock);
        var kernel = new KernelLedger(account);
        for (var index = 0; index < length; index++)
        {
            var command = stream.Next();
            if (LivesByClock)
            {
                Clock.SetUtcNow(new DateTimeOffset(stream.Now));
            }

            var expected = kernel.ApplyAlone(command, stream.Now);
            var actual = await AnyCommand.ExecuteAsync(new OnStore(Store), command, Cancel);
            stream.Saw(expected);
            Plain(actual).ShouldBe(Plain(expected), $"the answer to command {index} of seed {seed}: {command}");
        }

        await CompareRowsAsync(kernel, seed);
        await ProveAsync(account);
    }

    private async Task CompareRowsAsync(KernelLedger kernel, int seed)
    {
        var account = kernel.State.Account;
        var overview = await Store.GetAccountAsync(account, Cancel);
        Plain(overview.State).ShouldBe(Plain(kernel.State), $"the figures of seed {seed}");
        var entries = await LedgerProof.AllEntriesAsync(Store, account, Cancel);
        entries.Select(Plain).ShouldBe(kernel.Entries.Select(Plain), $"the history of seed {seed}");
        overview.LiveGrants.Select(Plain).ShouldBe(kernel.Grants.Values.Where(grant => grant.IsLive).Select(Plain), ignoreOrder: true, $"the live grants of seed {seed}");
        foreach (var generation in kernel.Generations.Values)
        {
            Plain(await Store.FindGenerationAsync(account, generation.Id, Cancel)).ShouldBe(Plain(generation), $"a generation of seed {seed}");
        }

        foreach (var hold in kernel.Holds.Values)
        {
            var running = (await Store.FindGenerationAsync(account, hold.Id, Cancel)).ShouldNotBeNull($"a running generation of seed {seed}");
            (running.Status, running.Charged, running.Start.Price).ShouldBe((GenerationStatus.Running, hold.Captured, hold.Generation.Price));
        }

        if (LivesByClock)
        {
            overview.State.ChainHead.ToArray().ShouldBe(kernel.State.ChainHead.ToArray(), $"the chain head of seed {seed}");
        }
    }

    // Equal text for equal facts: without times and hashes where the store's clock is its own.
    private string Plain(LedgerResult result) => result switch
    {
        HoldResult.Held held => $"Held {held.HoldId} {held.Amount} {Time(held.ExpiresAt)} {held.AvailableAfter} {held.HeldAfter} {held.Replayed} {held.Welcomed} {Plain(held.Finished)}",
        RenewResult.Renewed renewed => $"Renewed {Time(renewed.ExpiresAt)} {LivesByClock && renewed.Replayed}",
        TouchResult touched => Plain(touched.State),
        _ => result.ToString(),
    };

    private string Plain(AccountState state) =>
        $"{state.Issued} {state.Available} {state.Held} {state.Spent} {state.Expired} {state.Revoked} {state.Debt} {state.Frozen} {state.Welcomed} "
        + (LivesByClock ? $"{state.Sequence} {state.LastAt:O} {Convert.ToHexString(state.ChainHead.Span)}" : "");

    private string Plain(Entry entry) =>
        $"{entry.Sequence} {entry.Kind} {entry.Amount} {entry.Remainder} {entry.AvailableAfter} {entry.HeldAfter} {entry.DebtAfter} {entry.Key} {entry.HoldId} {entry.GrantId} {entry.GrantKind} "
        + $"[{string.Join(',', entry.Slices)}] {entry.Model} {entry.Reference} {Time(entry.At)} {Time(entry.EndsAt)} "
        + (LivesByClock ? $"{entry.RequestHash} {Convert.ToHexString(entry.Hash.Span)}" : "");

    private string Plain(Grant grant) =>
        $"{grant.Id} {grant.Kind} {grant.Amount} {grant.Available} {grant.Held} {grant.Spent} {grant.Expired} {grant.Revoked} {grant.TakenBack} {grant.Priority} "
        + $"[{string.Join(',', grant.Models)}] {grant.Reference} {grant.Pending} {Time(grant.GrantedAt)} {Time(grant.EffectiveAt)} {Time(grant.ExpiresAt)}";

    private string Plain(Generation? generation) => generation is null ? "" :
        $"{generation.Id} {generation.Status} {generation.Outcome} {generation.Start.Model} {generation.Start.Count} {generation.Start.Price} {generation.Charged} {generation.Released} "
        + $"{Time(generation.StartedAt)} {Time(generation.EndedAt)} {generation.FirstEntry} {generation.LastEntry} {generation.AvailableAfter} {generation.HeldAfter}";

    private string Time(DateTime? time) => LivesByClock ? $"{time:O}" : "";
}
