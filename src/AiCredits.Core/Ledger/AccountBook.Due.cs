using AiCredits.Events;

namespace AiCredits.Ledger;

/// <summary>What ends by itself: holds, grants, and grants that become effective, each at its own time and in time order.</summary>
public sealed partial class AccountBook
{
    private static readonly GenerationEnd NobodySettled = new() { Outcome = GenerationOutcome.Unknown, Error = "Nobody settled the generation before its hold ended." };

    private void SettleDue(DateTime now)
    {
        if (nextDue is null || nextDue > now)
        {
            return;
        }

        if (unloadedDue <= now)
        {
            throw new InvalidOperationException("Something on the account is due, so its book needs all open holds. Load them and open the book with holdsComplete.");
        }

        while (NextDueBy(now) is { } due)
        {
            if (due is Hold hold)
            {
                EndByItself(hold);
            }
            else
            {
                var grant = (LiveGrant)due;
                if (grant.Pending)
                {
                    Activate(grant, grant.EffectiveAt!.Value);
                }
                else
                {
                    Expire(grant, grant.ExpiresAt!.Value);
                }
            }
        }

        // What was not loaded ends no earlier than anything did when the book was opened.
        nextDue = Earlier(EarliestDue(), unloadedDue);
    }

    // Ties go to the grant that becomes effective, then to the hold, then to the expiry: what comes in or back at the very
    // moment at which it expires, expires.
    private object? NextDueBy(DateTime now)
    {
        object? first = null;
        var firstAt = DateTime.MaxValue;
        foreach (var grant in grants)
        {
            if (grant.Pending && grant.EffectiveAt <= now && grant.EffectiveAt < firstAt)
            {
                (first, firstAt) = (grant, grant.EffectiveAt.Value);
            }
        }

        foreach (var hold in holds.Values)
        {
            if (hold.ExpiresAt <= now && (hold.ExpiresAt < firstAt || (first is Hold other && hold.ExpiresAt == firstAt && hold.EntrySequence < other.EntrySequence)))
            {
                (first, firstAt) = (hold, hold.ExpiresAt);
            }
        }

        foreach (var grant in grants)
        {
            if (!grant.Pending && grant.NextDue <= now && grant.NextDue < firstAt)
            {
                (first, firstAt) = (grant, grant.NextDue.Value);
            }
        }

        return first;
    }

    private DateTime? EarliestDue()
    {
        DateTime? earliest = null;
        foreach (var grant in grants)
        {
            earliest = Earlier(earliest, grant.NextDue);
        }

        foreach (var hold in holds.Values)
        {
            earliest = Earlier(earliest, hold.ExpiresAt);
        }

        return earliest;
    }

    private void EndByItself(Hold hold)
    {
        var released = hold.OnExpiry == HoldExpiryPolicy.Release ? hold.Amount : Credits.Zero;
        if (hold.OnExpiry == HoldExpiryPolicy.Capture)
        {
            Take(hold, hold.Amount, hold.ExpiresAt);
        }
        else
        {
            GiveBack(hold, hold.Slices, hold.ExpiresAt);
        }

        var ended = holds[hold.Id];
        Finish(ended, GenerationStatus.Expired, NobodySettled, released, hold.ExpiresAt);
        Tell(new CreditEvent.HoldExpired(Account, sequence, hold.ExpiresAt, hold.Id, ended.Captured, released));
    }

    private void Activate(LiveGrant grant, DateTime at)
    {
        Touch(grant).Pending = false;
        grant.Available = grant.Amount;
        issued += grant.Amount;
        available += grant.Amount;
        Append(Draft(EntryKind.Grant, at, grant.Amount) with { GrantId = grant.Id, GrantKind = grant.Kind, EndsAt = grant.ExpiresAt, Reference = grant.Reference });
        RepayDebt(at);
    }

    private void Expire(LiveGrant grant, DateTime at)
    {
        var amount = grant.Available;
        Touch(grant).Available = Credits.Zero;
        grant.Expired += amount;
        available -= amount;
        expired += amount;
        Append(Draft(EntryKind.Expire, at, amount) with { GrantId = grant.Id, GrantKind = grant.Kind });
    }

    private static DateTime? Earlier(DateTime? left, DateTime? right) => left is null || right < left ? right ?? left : left;
}
