using AiCredits.Ledger;

namespace AiCredits.Integrity;

/// <summary>
/// Proves one account from its entries alone: a fold over the history that knows what each kind of entry moves, and
/// nothing of the kernel that wrote it.
/// </summary>
internal sealed class AccountProof
{
    private readonly AccountArchive archive;
    private readonly FaultList faults;
    private readonly HashSet<string> keys = new(StringComparer.Ordinal);
    private readonly Figures figures = new();
    private bool frozen;
    private bool welcomed;
    private long sequence;
    private DateTime lastAt = DateTime.UnixEpoch;
    private byte[] head = new byte[32];

    private readonly GrantProof grants;
    private readonly HoldProof holds;
    private readonly MemberProof members;
    private readonly TransferProof transfers;

    private AccountProof(AccountArchive archive)
    {
        this.archive = archive;
        faults = new FaultList(archive.State.Account);
        grants = new GrantProof(archive, faults);
        holds = new HoldProof(archive, faults);
        members = new MemberProof(archive, faults);
        transfers = new TransferProof(archive, faults);
    }

    public static async ValueTask<(long Entries, IReadOnlyList<IntegrityFault> Faults, IReadOnlyList<TransferEnd> Transfers)> CheckAsync(AccountArchive archive, CancellationToken cancellationToken)
    {
        var proof = new AccountProof(archive);
        await foreach (var entry in archive.Entries.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            proof.Read(entry);
        }

        proof.CompareAccount();
        proof.grants.Compare();
        await proof.CompareHoldsAsync(cancellationToken).ConfigureAwait(false);
        proof.members.Compare();
        proof.transfers.Compare();
        return (proof.sequence, proof.faults.Found, proof.transfers.OtherEnds);
    }

    private void Read(Entry entry)
    {
        faults.Expect(entry.Sequence == sequence + 1, IntegrityRule.Sequence, $"entry {entry.Sequence} follows entry {sequence}");
        faults.Expect(entry.At >= lastAt, IntegrityRule.Time, $"entry {entry.Sequence} is earlier than the one before");
        var hash = EntryHash.Compute(head, entry);
        faults.Expect(entry.Hash.Span.SequenceEqual(hash), IntegrityRule.Chain, $"the hash of entry {entry.Sequence} does not follow from its fields and the hash before");
        faults.Expect(entry.Key is null || keys.Add(entry.Key), IntegrityRule.Key, $"the key of entry {entry.Sequence} stands twice");
        faults.Expect(!entry.Amount.IsNegative, IntegrityRule.RunningSum, $"the amount of entry {entry.Sequence} is below zero");
        Move(entry);
        grants.Read(entry);
        holds.Read(entry);
        members.Read(entry);
        transfers.Read(entry);
        faults.Expect(
            entry.AvailableAfter == figures.Available && entry.HeldAfter == figures.Held && entry.DebtAfter == figures.Debt
                && !figures.Available.IsNegative && !figures.Held.IsNegative && !figures.Debt.IsNegative,
            IntegrityRule.RunningSum,
            $"entry {entry.Sequence} says available {entry.AvailableAfter}, held {entry.HeldAfter}, debt {entry.DebtAfter}; the running sums are {figures.Available}, {figures.Held}, {figures.Debt}");

        sequence = entry.Sequence;
        lastAt = entry.At;
        head = entry.Hash.ToArray();
    }

    private void Move(Entry entry)
    {
        faults.Expect(figures.Move(entry.Kind, entry.Amount, entry.Remainder), IntegrityRule.RunningSum, $"entry {entry.Sequence} is of an unknown kind, {(int)entry.Kind}");
        welcomed |= entry is { Kind: EntryKind.Grant or EntryKind.Schedule, GrantKind: GrantKind.Welcome };
        frozen = entry.Kind switch
        {
            EntryKind.Freeze => true,
            EntryKind.Unfreeze => false,
            _ => frozen,
        };
    }

    private void CompareAccount()
    {
        var state = archive.State;
        faults.Expect(state.Sequence == sequence, IntegrityRule.Sequence, $"the account says its last entry is {state.Sequence}; it is {sequence}");
        faults.Expect(state.ChainHead.Span.SequenceEqual(head), IntegrityRule.Chain, "the account's chain head is not the hash of its last entry");
        Compare("issued", state.Issued, figures.Issued);
        Compare("available", state.Available, figures.Available);
        Compare("held", state.Held, figures.Held);
        Compare("spent", state.Spent, figures.Spent);
        Compare("expired", state.Expired, figures.Expired);
        Compare("revoked", state.Revoked, figures.Revoked);
        Compare("debt", state.Debt, figures.Debt);
        faults.Expect(state.LastAt == lastAt, IntegrityRule.Account, $"the account says its last entry is of {state.LastAt:O}; it is of {lastAt:O}");
        var end = EarliestEnd();
        faults.Expect(!(end < (state.NextDue ?? DateTime.MaxValue)), IntegrityRule.Account, $"the account says nothing ends before {state.NextDue:O}; something ends at {end:O}");
        faults.Expect(state.Frozen == frozen, IntegrityRule.Account, $"the account says frozen {state.Frozen}; its entries say {frozen}");
        faults.Expect(state.Welcomed == welcomed, IntegrityRule.Account, $"the account says welcomed {state.Welcomed}; its entries say {welcomed}");
        faults.Expect(figures.Issued == figures.Available + figures.Held + figures.Spent + figures.Expired + figures.Revoked, IntegrityRule.Account, $"issued {figures.Issued} is not available + held + spent + expired + revoked");

        void Compare(string figure, Credits said, Credits summed) =>
            faults.Expect(said == summed, IntegrityRule.Account, $"the account says {figure} {said}; its entries sum to {summed}");
    }

    // The account's row may name an earlier time, of something that has ended otherwise: then it is looked at for nothing.
    private DateTime? EarliestEnd()
    {
        var ends = archive.Grants.Select(grant => grant.Pending ? grant.EffectiveAt : grant.Available.IsZero ? null : grant.ExpiresAt)
            .Concat(archive.OpenHolds.Select(hold => (DateTime?)hold.ExpiresAt));
        return ends.Min();
    }

    private async ValueTask CompareHoldsAsync(CancellationToken cancellationToken)
    {
        foreach (var hold in archive.OpenHolds)
        {
            members.Read(hold);
            holds.Compare(hold);
        }

        await foreach (var generation in archive.Generations.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            members.Read(generation);
            holds.Compare(generation);
        }

        holds.CompareMissing();
    }
}
