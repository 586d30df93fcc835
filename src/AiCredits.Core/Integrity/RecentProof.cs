using AiCredits.Ledger;

namespace AiCredits.Integrity;

/// <summary>
/// Proves the end of an account's history: the last entries from each other, the account's row from the last one, and
/// the live grants and open holds from the row. Knows nothing of the kernel that wrote them.
/// </summary>
internal sealed class RecentProof
{
    private readonly AccountArchive archive;
    private readonly FaultList faults;
    private Entry? last;
    private long read;

    private RecentProof(AccountArchive archive) => (this.archive, faults) = (archive, new FaultList(archive.State.Account));

    public static async ValueTask<(long Entries, IReadOnlyList<IntegrityFault> Faults)> CheckAsync(AccountArchive archive, CancellationToken cancellationToken)
    {
        var proof = new RecentProof(archive);
        try
        {
            await foreach (var entry in archive.Entries.WithCancellation(cancellationToken).ConfigureAwait(false))
            {
                proof.Read(entry);
            }

            proof.CompareAccount();
            proof.CompareGrants();
            proof.CompareHolds();
        }
        catch (OverflowException)
        {
            // No command of the ledger writes figures whose sum can't be counted.
            proof.faults.Expect(false, IntegrityRule.Account, "the figures are beyond counting");
        }

        return (proof.read, proof.faults.Found);
    }

    private void Read(Entry entry)
    {
        // What came before the first one that is read is taken as it stands, unless it is the first of all.
        if (last is not null || entry.Sequence == 1)
        {
            var moved = new Figures();
            moved.Move(entry.Kind, entry.Amount, entry.Remainder);
            faults.Expect(entry.Sequence == (last?.Sequence ?? 0) + 1, IntegrityRule.Sequence, $"entry {entry.Sequence} follows entry {last?.Sequence ?? 0}");
            faults.Expect(entry.At >= (last?.At ?? entry.At), IntegrityRule.Time, $"entry {entry.Sequence} is earlier than the one before");
            faults.Expect(
                entry.Hash.Span.SequenceEqual(EntryHash.Compute(last is null ? new byte[32] : last.Hash.Span, entry)),
                IntegrityRule.Chain,
                $"the hash of entry {entry.Sequence} does not follow from its fields and the hash before");
            faults.Expect(
                entry.AvailableAfter == (last?.AvailableAfter ?? Credits.Zero) + moved.Available
                    && entry.HeldAfter == (last?.HeldAfter ?? Credits.Zero) + moved.Held
                    && entry.DebtAfter == (last?.DebtAfter ?? Credits.Zero) + moved.Debt,
                IntegrityRule.RunningSum,
                $"entry {entry.Sequence} says available {entry.AvailableAfter}, held {entry.HeldAfter}, debt {entry.DebtAfter}, which does not follow from the entry before");
        }

        last = entry;
        read++;
    }

    private void CompareAccount()
    {
        var state = archive.State;
        faults.Expect(state.Sequence == (last?.Sequence ?? 0), IntegrityRule.Sequence, $"the account says its last entry is {state.Sequence}; it is {last?.Sequence ?? 0}");
        faults.Expect(state.ChainHead.Span.SequenceEqual(last is null ? new byte[32] : last.Hash.Span), IntegrityRule.Chain, "the account's chain head is not the hash of its last entry");
        faults.Expect(
            state.Available == (last?.AvailableAfter ?? Credits.Zero) && state.Held == (last?.HeldAfter ?? Credits.Zero) && state.Debt == (last?.DebtAfter ?? Credits.Zero),
            IntegrityRule.Account,
            $"the account says available {state.Available}, held {state.Held}, debt {state.Debt}; its last entry says {last?.AvailableAfter}, {last?.HeldAfter}, {last?.DebtAfter}");
        faults.Expect(
            state.Issued == state.Available + state.Held + state.Spent + state.Expired + state.Revoked,
            IntegrityRule.Account,
            $"issued {state.Issued} is not available + held + spent + expired + revoked");
    }

    private void CompareGrants()
    {
        var available = Credits.Zero;
        var held = Credits.Zero;
        foreach (var grant in archive.Grants)
        {
            available += grant.Available;
            held += grant.Held;
            faults.Expect(
                grant.Pending || grant.Amount == grant.Available + grant.Held + grant.Spent + grant.Expired + grant.Revoked,
                IntegrityRule.Grant,
                $"grant {grant.Id} of {grant.Amount} does not add up");
        }

        faults.Expect(
            available == archive.State.Available && held == archive.State.Held,
            IntegrityRule.Grant,
            $"the live grants hold {available} available and {held} held; the account says {archive.State.Available} and {archive.State.Held}");
    }

    private void CompareHolds()
    {
        var held = Credits.Zero;
        foreach (var hold in archive.OpenHolds)
        {
            held += hold.Amount;
            var pinned = Credits.Zero;
            foreach (var slice in hold.Slices)
            {
                pinned += slice.Amount;
            }

            faults.Expect(pinned == hold.Amount, IntegrityRule.Hold, $"open hold {hold.Id} says {hold.Amount} held; its slices sum to {pinned}");
        }

        faults.Expect(held == archive.State.Held, IntegrityRule.Hold, $"the open holds sum to {held}; the account says {archive.State.Held} is held");
    }
}
