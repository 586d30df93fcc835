using AiCredits.Ledger;

namespace AiCredits.Integrity;

/// <summary>
/// Proves one account from its entries alone: a fold over the history that knows what each kind of entry moves, and
/// nothing of the kernel that wrote it.
/// </summary>
internal sealed class AccountProof
{
    private readonly AccountArchive archive;
    private readonly List<IntegrityFault> faults = [];
    private readonly HashSet<string> keys = new(StringComparer.Ordinal);
    private Credits issued;
    private Credits available;
    private Credits held;
    private Credits spent;
    private Credits expired;
    private Credits revoked;
    private Credits debt;
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
        grants = new GrantProof(archive, Expect);
        holds = new HoldProof(archive, Expect);
        members = new MemberProof(archive, Expect);
        transfers = new TransferProof(archive, Expect);
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
        return (proof.sequence, proof.faults, proof.transfers.OtherEnds);
    }

    private void Read(Entry entry)
    {
        Expect(entry.Sequence == sequence + 1, IntegrityRule.Sequence, $"entry {entry.Sequence} follows entry {sequence}");
        Expect(entry.At >= lastAt, IntegrityRule.Time, $"entry {entry.Sequence} is earlier than the one before");
        var hash = EntryHash.Compute(head, entry);
        Expect(entry.Hash.Span.SequenceEqual(hash), IntegrityRule.Chain, $"the hash of entry {entry.Sequence} does not follow from its fields and the hash before");
        Expect(entry.Key is null || keys.Add(entry.Key), IntegrityRule.Key, $"the key of entry {entry.Sequence} stands twice");
        Expect(!entry.Amount.IsNegative, IntegrityRule.RunningSum, $"the amount of entry {entry.Sequence} is below zero");
        Move(entry);
        grants.Read(entry);
        holds.Read(entry);
        members.Read(entry);
        transfers.Read(entry);
        Expect(
            entry.AvailableAfter == available && entry.HeldAfter == held && entry.DebtAfter == debt && !available.IsNegative && !held.IsNegative && !debt.IsNegative,
            IntegrityRule.RunningSum,
            $"entry {entry.Sequence} says available {entry.AvailableAfter}, held {entry.HeldAfter}, debt {entry.DebtAfter}; the running sums are {available}, {held}, {debt}");

        sequence = entry.Sequence;
        lastAt = entry.At;
        head = entry.Hash.ToArray();
    }

    private void Move(Entry entry)
    {
        var amount = entry.Amount;
        switch (entry.Kind)
        {
            case EntryKind.Grant:
                issued += amount;
                available += amount;
                welcomed |= entry.GrantKind == GrantKind.Welcome;
                break;
            case EntryKind.Schedule:
                welcomed |= entry.GrantKind == GrantKind.Welcome;
                break;
            case EntryKind.Hold:
                available -= amount;
                held += amount;
                break;
            case EntryKind.Capture:
                held -= amount;
                spent += amount;
                break;
            case EntryKind.Release:
                held -= amount;
                available += amount;
                break;
            case EntryKind.Expire:
                available -= amount;
                expired += amount;
                break;
            case EntryKind.Revoke:
                available -= amount;
                revoked += amount;
                debt += entry.Remainder;
                break;
            case EntryKind.Repay:
                available -= amount;
                revoked += amount;
                debt -= amount;
                break;
            case EntryKind.Transfer:
                available -= amount;
                revoked += amount;
                break;
            case EntryKind.Refund:
                spent -= amount;
                available += amount;
                break;
            case EntryKind.Freeze:
                frozen = true;
                break;
            case EntryKind.Unfreeze:
                frozen = false;
                break;
            case EntryKind.Renew or EntryKind.Member:
                break;
            default:
                Expect(false, IntegrityRule.RunningSum, $"entry {entry.Sequence} is of an unknown kind, {(int)entry.Kind}");
                break;
        }
    }

    private void CompareAccount()
    {
        var state = archive.State;
        Expect(state.Sequence == sequence, IntegrityRule.Sequence, $"the account says its last entry is {state.Sequence}; it is {sequence}");
        Expect(state.ChainHead.Span.SequenceEqual(head), IntegrityRule.Chain, "the account's chain head is not the hash of its last entry");
        Compare("issued", state.Issued, issued);
        Compare("available", state.Available, available);
        Compare("held", state.Held, held);
        Compare("spent", state.Spent, spent);
        Compare("expired", state.Expired, expired);
        Compare("revoked", state.Revoked, revoked);
        Compare("debt", state.Debt, debt);
        Expect(state.LastAt == lastAt, IntegrityRule.Account, $"the account says its last entry is of {state.LastAt:O}; it is of {lastAt:O}");
        Expect(!(EarliestEnd() < (state.NextDue ?? DateTime.MaxValue)), IntegrityRule.Account, $"the account says nothing ends before {state.NextDue:O}; something ends at {EarliestEnd():O}");
        Expect(state.Frozen == frozen, IntegrityRule.Account, $"the account says frozen {state.Frozen}; its entries say {frozen}");
        Expect(state.Welcomed == welcomed, IntegrityRule.Account, $"the account says welcomed {state.Welcomed}; its entries say {welcomed}");
        Expect(issued == available + held + spent + expired + revoked, IntegrityRule.Account, $"issued {issued} is not available + held + spent + expired + revoked");

        void Compare(string figure, Credits said, Credits summed) =>
            Expect(said == summed, IntegrityRule.Account, $"the account says {figure} {said}; its entries sum to {summed}");
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

    private void Expect(bool condition, IntegrityRule rule, string detail)
    {
        if (!condition && faults.Count < IntegrityCheck.MaxFaults)
        {
            faults.Add(new IntegrityFault(archive.State.Account, rule, detail));
        }
    }
}
