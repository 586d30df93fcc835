using AiCredits.Ledger;

namespace AiCredits.Integrity;

/// <summary>Proves an account's grants: their figures from what the entries moved, their terms from the entries that made them.</summary>
internal sealed class GrantProof(AccountArchive archive, FaultList faults)
{
    private readonly Dictionary<long, Sums> grants = [];
    private readonly Dictionary<Guid, Received> transfers = [];
    private readonly HashSet<long>? markedLive = archive.MarkedLive is { } marked ? [.. marked] : null;

    public void Read(Entry entry)
    {
        switch (entry.Kind)
        {
            case EntryKind.Schedule:
                SumsOf(entry.GrantId).Made = entry;
                break;
            case EntryKind.Grant:
                SumsOf(entry.GrantId).Made ??= entry;
                SumsOf(entry.GrantId).Figures.Move(entry.Kind, entry.Amount, Credits.Zero);
                break;
            case EntryKind.Expire:
                SumsOf(entry.GrantId).Figures.Move(entry.Kind, entry.Amount, Credits.Zero);
                break;
            case EntryKind.Revoke:
                SumsOf(entry.GrantId).Figures.Move(entry.Kind, entry.Amount, Credits.Zero);
                SumsOf(entry.GrantId).TakenBack += entry.Amount + entry.Remainder;
                break;
            case EntryKind.Hold or EntryKind.Capture or EntryKind.Release or EntryKind.Repay or EntryKind.Transfer or EntryKind.Refund:
                var sum = Credits.Zero;
                foreach (var slice in entry.Slices)
                {
                    SumsOf(slice.GrantId).Figures.Move(entry.Kind, slice.Amount, Credits.Zero);
                    sum += slice.Amount;
                }

                faults.Expect(sum == entry.Amount, IntegrityRule.Grant, $"the slices of entry {entry.Sequence} sum to {sum}, not to {entry.Amount}");
                break;
        }
    }

    /// <summary>Compares with the grants' own rows.</summary>
    public void Compare()
    {
        foreach (var grant in archive.Grants)
        {
            if (!grants.Remove(grant.Id, out var sums) || sums.Made is not { } made)
            {
                faults.Expect(false, IntegrityRule.Grant, $"no entry has made grant {grant.Id}");
                continue;
            }

            CompareFigures(grant, sums, made);
            CompareTerms(grant, made);
            faults.Expect(
                markedLive is null || markedLive.Contains(grant.Id) == grant.IsLive,
                IntegrityRule.Grant,
                $"grant {grant.Id} is marked as {(grant.IsLive ? "used up, although something is left" : "live, although nothing is left")}");
        }

        foreach (var missing in grants.Keys)
        {
            faults.Expect(false, IntegrityRule.Grant, $"the entries name grant {missing}, which is missing");
        }

        foreach (var (id, received) in transfers)
        {
            faults.Expect(
                new ReceiveCommand(new PendingTransfer(received.From, id, archive.State.Account, default, received.Parts)).HashRequest() == received.RequestHash,
                IntegrityRule.Grant,
                $"the grants that came with transfer {id} are not what their first entry says");
        }
    }

    private void CompareFigures(Grant grant, Sums sums, Entry made)
    {
        var figures = sums.Figures;
        faults.Expect(
            grant.Available == figures.Available && grant.Held == figures.Held && grant.Spent == figures.Spent && grant.Expired == figures.Expired && grant.Revoked == figures.Revoked && grant.TakenBack == sums.TakenBack,
            IntegrityRule.Grant,
            $"grant {grant.Id} says available {grant.Available}, held {grant.Held}, spent {grant.Spent}, expired {grant.Expired}, revoked {grant.Revoked}, taken back {grant.TakenBack}; its entries sum to {figures.Available}, {figures.Held}, {figures.Spent}, {figures.Expired}, {figures.Revoked}, {sums.TakenBack}");
        faults.Expect(
            grant.Pending || grant.Amount == grant.Available + grant.Held + grant.Spent + grant.Expired + grant.Revoked,
            IntegrityRule.Grant,
            $"grant {grant.Id} of {grant.Amount} does not add up");
        faults.Expect(
            grant.Pending == figures.Issued < made.Amount,
            IntegrityRule.Grant,
            $"grant {grant.Id} says it is {(grant.Pending ? "" : "not ")}to come; {figures.Issued} of {made.Amount} have come");
    }

    private void CompareTerms(Grant grant, Entry made)
    {
        faults.Expect(
            made.Sequence == grant.Id && made.GrantKind == grant.Kind && made.Amount == grant.Amount && made.At == grant.GrantedAt && made.EndsAt == grant.ExpiresAt,
            IntegrityRule.Grant,
            $"grant {grant.Id} says {grant.Kind} of {grant.Amount} at {grant.GrantedAt:O} until {grant.ExpiresAt:O}; entry {made.Sequence} says {made.GrantKind} of {made.Amount} at {made.At:O} until {made.EndsAt:O}");
        if (made.HoldId is { } transferId)
        {
            if (!transfers.TryGetValue(transferId, out var received))
            {
                transfers.Add(transferId, received = new Received(new AccountId(made.Reference ?? ""), made.RequestHash, []));
            }

            received.Parts.Add(new TransferPart(grant.Kind, grant.Amount, grant.Priority, grant.ExpiresAt, grant.Models));
            faults.Expect(
                grant.EffectiveAt is null && grant.Reference == ReceiveCommand.KeyOf(transferId),
                IntegrityRule.Grant,
                $"grant {grant.Id} came with transfer {transferId} and says otherwise");
            return;
        }

        var asked = new GrantCommand(archive.State.Account, grant.Kind, grant.Amount)
        {
            Priority = grant.Priority,
            EffectiveAt = grant.EffectiveAt,
            ExpiresAt = grant.ExpiresAt,
            Models = grant.Models,
            Reference = grant.Reference,
        };
        faults.Expect(
            asked.HashRequest() == made.RequestHash,
            IntegrityRule.Grant,
            $"the terms of grant {grant.Id} (priority, from and until when, models, reference) are not those that entry {made.Sequence} was made for");
    }

    private Sums SumsOf(long? grantId)
    {
        if (!grants.TryGetValue(grantId ?? 0, out var sums))
        {
            grants.Add(grantId ?? 0, sums = new Sums());
        }

        return sums;
    }

    private sealed record Received(AccountId From, long RequestHash, List<TransferPart> Parts);

    private sealed class Sums
    {
        public Entry? Made { get; set; }

        public Credits TakenBack { get; set; }

        public Figures Figures { get; } = new();
    }
}
