using AiCredits.Conformance;
using AiCredits.Ledger;

namespace AiCredits.Core.Tests.Ledger;

/// <summary>One account under the kernel, with a clock that the test sets.</summary>
internal sealed class Desk
{
    public static readonly DateTime Noon = new(2026, 11, 1, 12, 0, 0, DateTimeKind.Utc);
    public static readonly AccountId Account = new("account");
    private int _keys;

    public KernelLedger Ledger { get; } = new(Account);

    public DateTime Now { get; set; } = Noon;

    public AccountState State => Ledger.State;

    public TResult Do<TResult>(LedgerCommand<TResult> command)
        where TResult : LedgerResult => (TResult)Ledger.Apply(command, Now);

    public long Grant(Credits amount, GrantKind kind = GrantKind.Purchase, TimeSpan? expiresIn = null, TimeSpan? effectiveIn = null, int priority = 0, params string[] models) =>
        Do(new GrantCommand(Account, kind, amount) { Key = NewKey(), ExpiresAt = Now + expiresIn, EffectiveAt = Now + effectiveIn, Priority = priority, Models = models })
            .ShouldBeOfType<GrantResult.Granted>().GrantId;

    public Guid Hold(Credits amount, TimeSpan? lease = null, string model = "flux-dev", HoldExpiryPolicy onExpiry = HoldExpiryPolicy.Release)
    {
        var id = Guid.CreateVersion7();
        TryHold(amount, id, lease, model, onExpiry).ShouldBeOfType<HoldResult.Held>();
        return id;
    }

    public HoldResult TryHold(Credits amount, Guid? id = null, TimeSpan? lease = null, string model = "flux-dev", HoldExpiryPolicy onExpiry = HoldExpiryPolicy.Release, string? key = null) =>
        Do(new HoldCommand(Account, id ?? Guid.CreateVersion7(), amount, lease ?? TimeSpan.FromDays(1), new GenerationStart { Model = model }) { OnExpiry = onExpiry, Key = key });

    public SettleResult.Settled Capture(Guid hold, Credits? amount = null, bool final = true, OverrunPolicy overrun = OverrunPolicy.Cap) =>
        Do(new CaptureCommand(Account, hold, amount, End()) { Final = final, Key = final ? null : NewKey(), Overrun = overrun }).ShouldBeOfType<SettleResult.Settled>();

    public SettleResult.Settled Release(Guid hold, GenerationOutcome outcome = GenerationOutcome.Failed) =>
        Do(new ReleaseCommand(Account, hold, End(outcome))).ShouldBeOfType<SettleResult.Settled>();

    public RevokeResult Revoke(long grant, Credits? amount = null, bool toDebt = false) =>
        Do(new RevokeCommand(Account, grant, amount) { Key = NewKey(), ToDebt = toDebt });

    public RefundResult Refund(Guid hold) => Do(new RefundCommand(Account, hold) { Key = NewKey() });

    public AccountState Touch() => Do(new TouchCommand(Account)).State;

    public string NewKey() => $"key-{++_keys}";

    public static GenerationEnd End(GenerationOutcome outcome = GenerationOutcome.Succeeded) => new() { Outcome = outcome };

    /// <summary>The history in short: kind and amount of each entry.</summary>
    public string History()
    {
        Ledger.Write();
        return string.Join(", ", Ledger.Entries.Select(entry => $"{entry.Kind} {entry.Amount}"));
    }

    public Entry Last()
    {
        Ledger.Write();
        return Ledger.Entries[^1];
    }

    public Grant GrantOf(long id)
    {
        Ledger.Write();
        return Ledger.Grants[id];
    }

    public Generation GenerationOf(Guid id)
    {
        Ledger.Write();
        return Ledger.Generations[id];
    }

    /// <summary>Proves the account from its history alone.</summary>
    public void Prove()
    {
        Ledger.Write();
        LedgerProof.Ensure(Ledger.Entries, Ledger.State, [.. Ledger.Grants.Values.Where(grant => grant.IsLive)]);
    }
}
