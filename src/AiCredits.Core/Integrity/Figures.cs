using AiCredits.Ledger;

namespace AiCredits.Integrity;

/// <summary>What the entries of an account, or of one of its grants, sum to. Knows what each kind of entry moves, and nothing of the kernel.</summary>
internal sealed class Figures
{
    public Credits Issued { get; private set; }

    public Credits Available { get; private set; }

    public Credits Held { get; private set; }

    public Credits Spent { get; private set; }

    public Credits Expired { get; private set; }

    public Credits Revoked { get; private set; }

    public Credits Debt { get; private set; }

    /// <summary>Adds what an entry moves; false when its kind is not known.</summary>
    public bool Move(EntryKind kind, Credits amount, Credits remainder)
    {
        switch (kind)
        {
            case EntryKind.Grant:
                Issued += amount;
                Available += amount;
                return true;
            case EntryKind.Hold:
                Available -= amount;
                Held += amount;
                return true;
            case EntryKind.Capture:
                Held -= amount;
                Spent += amount;
                return true;
            case EntryKind.Release:
                Held -= amount;
                Available += amount;
                return true;
            case EntryKind.Expire:
                Available -= amount;
                Expired += amount;
                return true;
            case EntryKind.Revoke:
                Available -= amount;
                Revoked += amount;
                Debt += remainder;
                return true;
            case EntryKind.Repay:
                Available -= amount;
                Revoked += amount;
                Debt -= amount;
                return true;
            case EntryKind.Transfer:
                Available -= amount;
                Revoked += amount;
                return true;
            case EntryKind.Refund:
                Spent -= amount;
                Available += amount;
                return true;
            default:
                return kind is EntryKind.Schedule or EntryKind.Freeze or EntryKind.Unfreeze or EntryKind.Renew or EntryKind.Member;
        }
    }
}
