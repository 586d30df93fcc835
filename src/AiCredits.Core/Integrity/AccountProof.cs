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
    private readonly Dictionary<long, GrantSum> grants = [];
    private readonly Dictionary<Guid, HoldSum> holds = [];
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

    private readonly MemberProof members;
    private readonly TransferProof transfers;

    private AccountProof(AccountArchive archive)
    {
        this.archive = archive;
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
        proof.CompareGrants();
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
                SumOf(entry.GrantId).Available += amount;
                welcomed |= entry.GrantKind == GrantKind.Welcome;
                break;
            case EntryKind.Schedule:
                welcomed |= entry.GrantKind == GrantKind.Welcome;
                break;
            case EntryKind.Hold:
                available -= amount;
                held += amount;
                HoldOf(entry).Held += amount;
                ForEachSlice(entry, static (sum, part) => (sum.Available, sum.Held) = (sum.Available - part, sum.Held + part));
                break;
            case EntryKind.Capture:
                held -= amount;
                spent += amount;
                HoldOf(entry).Captured += amount;
                ForEachSlice(entry, static (sum, part) => (sum.Held, sum.Spent) = (sum.Held - part, sum.Spent + part));
                break;
            case EntryKind.Release:
                held -= amount;
                available += amount;
                HoldOf(entry).Released += amount;
                ForEachSlice(entry, static (sum, part) => (sum.Held, sum.Available) = (sum.Held - part, sum.Available + part));
                break;
            case EntryKind.Expire:
                available -= amount;
                expired += amount;
                SumOf(entry.GrantId).Available -= amount;
                SumOf(entry.GrantId).Expired += amount;
                break;
            case EntryKind.Revoke:
                available -= amount;
                revoked += amount;
                debt += entry.Remainder;
                SumOf(entry.GrantId).Available -= amount;
                SumOf(entry.GrantId).Revoked += amount;
                break;
            case EntryKind.Repay:
                available -= amount;
                revoked += amount;
                debt -= amount;
                ForEachSlice(entry, static (sum, part) => (sum.Available, sum.Revoked) = (sum.Available - part, sum.Revoked + part));
                break;
            case EntryKind.Transfer:
                available -= amount;
                revoked += amount;
                ForEachSlice(entry, static (sum, part) => (sum.Available, sum.Revoked) = (sum.Available - part, sum.Revoked + part));
                break;
            case EntryKind.Refund:
                spent -= amount;
                available += amount;
                HoldOf(entry).Refunded += amount;
                ForEachSlice(entry, static (sum, part) => (sum.Spent, sum.Available) = (sum.Spent - part, sum.Available + part));
                break;
            case EntryKind.Freeze:
                frozen = true;
                break;
            case EntryKind.Unfreeze:
                frozen = false;
                break;
            case EntryKind.Renew:
            case EntryKind.Member:
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
        Expect(state.Frozen == frozen, IntegrityRule.Account, $"the account says frozen {state.Frozen}; its entries say {frozen}");
        Expect(state.Welcomed == welcomed, IntegrityRule.Account, $"the account says welcomed {state.Welcomed}; its entries say {welcomed}");
        Expect(issued == available + held + spent + expired + revoked, IntegrityRule.Account, $"issued {issued} is not available + held + spent + expired + revoked");

        void Compare(string figure, Credits said, Credits summed) =>
            Expect(said == summed, IntegrityRule.Account, $"the account says {figure} {said}; its entries sum to {summed}");
    }

    private void CompareGrants()
    {
        foreach (var grant in archive.Grants)
        {
            var sum = grants.GetValueOrDefault(grant.Id) ?? new GrantSum();
            Expect(
                grant.Available == sum.Available && grant.Held == sum.Held && grant.Spent == sum.Spent && grant.Expired == sum.Expired && grant.Revoked == sum.Revoked,
                IntegrityRule.Grant,
                $"grant {grant.Id} says available {grant.Available}, held {grant.Held}, spent {grant.Spent}, expired {grant.Expired}, revoked {grant.Revoked}; its entries sum to {sum.Available}, {sum.Held}, {sum.Spent}, {sum.Expired}, {sum.Revoked}");
            Expect(
                grant.Pending || grant.Amount == grant.Available + grant.Held + grant.Spent + grant.Expired + grant.Revoked,
                IntegrityRule.Grant,
                $"grant {grant.Id} of {grant.Amount} does not add up");
            grants.Remove(grant.Id);
        }

        foreach (var missing in grants.Keys)
        {
            Expect(false, IntegrityRule.Grant, $"the entries name grant {missing}, which is missing");
        }
    }

    private async ValueTask CompareHoldsAsync(CancellationToken cancellationToken)
    {
        foreach (var hold in archive.OpenHolds)
        {
            members.Read(hold);
            var sum = Take(hold.Id);
            Expect(
                hold.Amount == sum.Held - sum.Captured - sum.Released && hold.Captured == sum.Captured,
                IntegrityRule.Hold,
                $"open hold {hold.Id} says {hold.Amount} held and {hold.Captured} captured; its entries say {sum.Held - sum.Captured - sum.Released} and {sum.Captured}");
        }

        await foreach (var generation in archive.Generations.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            members.Read(generation);
            var sum = Take(generation.Id);
            Expect(sum.Held == sum.Captured + sum.Released, IntegrityRule.Hold, $"generation {generation.Id} has ended with {sum.Held - sum.Captured - sum.Released} still held");
            Expect(
                generation.Charged == sum.Captured && (generation.Status == GenerationStatus.Refunded) == !sum.Refunded.IsZero && (sum.Refunded.IsZero || sum.Refunded == sum.Captured),
                IntegrityRule.Hold,
                $"generation {generation.Id} is {generation.Status} and says {generation.Charged} charged; its entries say {sum.Captured} captured and {sum.Refunded} refunded");
        }

        foreach (var missing in holds.Keys)
        {
            Expect(false, IntegrityRule.Hold, $"the entries name hold {missing}, which is neither open nor finished");
        }

        HoldSum Take(Guid id) => holds.Remove(id, out var sum) ? sum : new HoldSum();
    }

    private GrantSum SumOf(long? grantId)
    {
        if (!grants.TryGetValue(grantId ?? 0, out var sum))
        {
            grants.Add(grantId ?? 0, sum = new GrantSum());
        }

        return sum;
    }

    private HoldSum HoldOf(Entry entry)
    {
        var id = entry.HoldId ?? Guid.Empty;
        if (!holds.TryGetValue(id, out var sum))
        {
            holds.Add(id, sum = new HoldSum());
        }

        return sum;
    }

    private void ForEachSlice(Entry entry, Action<GrantSum, Credits> move)
    {
        var sum = Credits.Zero;
        foreach (var slice in entry.Slices)
        {
            move(SumOf(slice.GrantId), slice.Amount);
            sum += slice.Amount;
        }

        Expect(sum == entry.Amount, IntegrityRule.Grant, $"the slices of entry {entry.Sequence} sum to {sum}, not to {entry.Amount}");
    }

    private void Expect(bool condition, IntegrityRule rule, string detail)
    {
        if (!condition && faults.Count < IntegrityCheck.MaxFaults)
        {
            faults.Add(new IntegrityFault(archive.State.Account, rule, detail));
        }
    }

    private sealed class GrantSum
    {
        public Credits Available { get; set; }

        public Credits Held { get; set; }

        public Credits Spent { get; set; }

        public Credits Expired { get; set; }

        public Credits Revoked { get; set; }
    }

    private sealed class HoldSum
    {
        public Credits Held { get; set; }

        public Credits Captured { get; set; }

        public Credits Released { get; set; }

        public Credits Refunded { get; set; }
    }
}
