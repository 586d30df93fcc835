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

        var queue = QueueDue(now);
        while (queue.TryDequeue(out var due, out _))
        {
            if (due.Hold is { } hold)
            {
                EndByItself(hold);
                foreach (var slice in hold.Slices)
                {
                    QueueExpiry(queue, FindGrant(slice.GrantId), now);
                }
            }
            else if (due.Grant is { Pending: true } pending)
            {
                Activate(pending, pending.EffectiveAt!.Value);
                QueueExpiry(queue, pending, now);
            }
            else if (due.Grant is { Available.IsZero: false } over)
            {
                Expire(over, over.ExpiresAt!.Value);
            }
        }

        // What was not loaded ends no earlier than anything did when the book was opened.
        nextDue = Earlier(EarliestDue(), unloadedDue);
    }

    private PriorityQueue<Due, Due> QueueDue(DateTime now)
    {
        var queue = new PriorityQueue<Due, Due>();
        foreach (var grant in grants)
        {
            if (grant.Pending && grant.EffectiveAt <= now)
            {
                var due = new Due(grant.EffectiveAt.Value, grant, null);
                queue.Enqueue(due, due);
            }
            else
            {
                QueueExpiry(queue, grant, now);
            }
        }

        foreach (var hold in holds.Values)
        {
            if (hold.ExpiresAt <= now)
            {
                var due = new Due(hold.ExpiresAt, null, hold);
                queue.Enqueue(due, due);
            }
        }

        return queue;
    }

    // A grant may be queued again when something comes back to it; what is left of it expires once.
    private static void QueueExpiry(PriorityQueue<Due, Due> queue, LiveGrant grant, DateTime now)
    {
        if (!grant.Pending && grant.NextDue <= now)
        {
            var due = new Due(grant.NextDue.Value, grant, null);
            queue.Enqueue(due, due);
        }
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
        var settlement = hold.OnExpiry == HoldExpiryPolicy.Capture
            ? Take(hold, hold.Amount, hold.ExpiresAt)
            : GiveBack(hold, hold.Slices, hold.ExpiresAt);
        var ended = holds[hold.Id];
        Finish(ended, GenerationStatus.Expired, NobodySettled, released, settlement);
        Tell(new CreditEvent.HoldExpired(Account, settlement.Sequence, settlement.At, hold.Id, ended.Captured, released));
    }

    private void Activate(LiveGrant grant, DateTime at)
    {
        TellGranted(Issue(grant, grant.Scheduled, at));
        grant.Pending = false;
        RepayDebt(at);
    }

    /// <summary>Issues a part of a grant before its time, only for it to be taken back, so nobody is told: the rest keeps its time.</summary>
    private void IssueEarly(LiveGrant grant, Credits amount, DateTime at)
    {
        Issue(grant, amount, at);
        grant.Pending = grant.Available + grant.Revoked < grant.Amount;
    }

    private Entry Issue(LiveGrant grant, Credits amount, DateTime at)
    {
        Touch(grant).Available += amount;
        scheduled -= amount;
        issued += amount;
        available += amount;
        return Append(Draft(EntryKind.Grant, at, amount) with { GrantId = grant.Id, GrantKind = grant.Kind, EndsAt = grant.ExpiresAt, Reference = grant.Reference });
    }

    private void Expire(LiveGrant grant, DateTime at)
    {
        var amount = grant.Available;
        Touch(grant).Available = Credits.Zero;
        grant.Expired += amount;
        available -= amount;
        expired += amount;
        TellExpired(Append(Draft(EntryKind.Expire, at, amount) with { GrantId = grant.Id, GrantKind = grant.Kind }));
    }

    private static DateTime? Earlier(DateTime? left, DateTime? right) => left is null || right < left ? right ?? left : left;

    // Ties go to the grant that becomes effective, then to the hold, then to the expiry: what comes in or back at the very
    // moment at which it expires, expires.
    private readonly record struct Due(DateTime At, LiveGrant? Grant, Hold? Hold) : IComparable<Due>
    {
        private readonly int rank = Hold is not null ? 1 : Grant!.Pending ? 0 : 2;

        public int CompareTo(Due other)
        {
            var order = At.CompareTo(other.At);
            if (order == 0)
            {
                order = rank.CompareTo(other.rank);
            }

            return order != 0 ? order
                : Hold is not null ? Hold.EntrySequence.CompareTo(other.Hold!.EntrySequence)
                : Grant!.CompareTo(other.Grant);
        }
    }
}
