using AiCredits.Ledger;

namespace AiCredits.Conformance.Model;

/// <summary>How credits move between grants and holds, and what ends by itself.</summary>
internal sealed partial class NaiveLedger
{
    private void WriteWhatIsDue(DateTime now)
    {
        while (true)
        {
            var starting = _grants.Where(grant => grant.Pending && grant.EffectiveAt <= now).Select(grant => (At: grant.EffectiveAt!.Value, Rank: 0, What: (object)grant));
            var ending = _holds.Where(hold => hold.Open && hold.ExpiresAt <= now).Select(hold => (At: hold.ExpiresAt, Rank: 1, What: (object)hold));
            var expiring = _grants.Where(grant => grant.Available > 0 && grant.ExpiresAt <= now).Select(grant => (At: grant.ExpiresAt!.Value, Rank: 2, What: (object)grant));
            var all = starting.Concat(ending).Concat(expiring).ToList();
            if (all.Count == 0)
            {
                return;
            }

            var earliest = all.Min(due => due.At);
            var rank = all.Where(due => due.At == earliest).Min(due => due.Rank);
            var candidates = all.Where(due => due.At == earliest && due.Rank == rank).Select(due => due.What).ToList();
            if (rank == 1)
            {
                End(candidates.Cast<NaiveHold>().MinBy(hold => hold.FirstEntry)!, earliest);
            }
            else
            {
                var grant = InBurnOrder(candidates.Cast<NaiveGrant>()).First();
                if (rank == 0)
                {
                    Start(grant, earliest);
                }
                else
                {
                    Expire(grant, earliest);
                }
            }
        }
    }

    private void Start(NaiveGrant grant, DateTime at)
    {
        grant.Available = grant.Amount - grant.Issued;
        grant.Issued = grant.Amount;
        grant.Pending = false;
        Write(EntryKind.Grant, at, grant.Available, grant: grant);
        RepayDebt(at);
    }

    private void End(NaiveHold hold, DateTime at)
    {
        int settlement;
        if (hold.Policy == HoldExpiryPolicy.Capture)
        {
            var left = hold.Left;
            Spend(hold, left);
            Write(EntryKind.Capture, at, left, hold: hold);
            settlement = History.Count;
        }
        else
        {
            hold.Released = hold.Left;
            settlement = GiveBack(hold, hold.Left, at, key: null);
        }

        hold.EndBy(GenerationStatus.Expired, GenerationOutcome.Unknown, at, settlement, Available, Held);
        hold.Settlement = new SettleResult.Settled(hold.Id, hold.Status, Of(hold.Captured), Of(hold.Released), Of(Available), Of(Held));
    }

    private void Expire(NaiveGrant grant, DateTime at)
    {
        var amount = grant.Available;
        grant.Available = 0;
        grant.Expired += amount;
        Write(EntryKind.Expire, at, amount, grant: grant);
        if (flaw == Flaw.ExpiryTakesHeldCredits)
        {
            grant.Expired += grant.Held;
            grant.Held = 0;
        }
    }

    private void ExpireLateReturns(IEnumerable<NaiveGrant> grants, DateTime at)
    {
        if (flaw == Flaw.LateReturnsLiveOn)
        {
            return;
        }

        foreach (var grant in grants)
        {
            if (grant.Available > 0 && grant.ExpiresAt <= at)
            {
                Expire(grant, at);
            }
        }
    }

    private void RepayDebt(DateTime at)
    {
        var amount = flaw == Flaw.DebtWaits ? 0 : Math.Min(Debt, Available);
        if (amount == 0)
        {
            return;
        }

        foreach (var grant in InBurnOrder(_grants))
        {
            var part = Math.Min(grant.Available, amount);
            grant.Available -= part;
            grant.Revoked += part;
            amount -= part;
            Debt -= part;
        }

        Write(EntryKind.Repay, at, History[^1].DebtAfter - Debt);
    }

    private List<(NaiveGrant Grant, decimal Amount)> Pin(decimal amount, string model)
    {
        var parts = new List<(NaiveGrant, decimal)>();
        foreach (var grant in InBurnOrder(_grants).Where(grant => grant.Available > 0 && grant.PaysFor(model)))
        {
            var part = Math.Min(grant.Available, amount);
            if (part > 0)
            {
                grant.Available -= part;
                grant.Held += part;
                amount -= part;
                parts.Add((grant, part));
            }
        }

        return parts;
    }

    private static void Spend(NaiveHold hold, decimal amount)
    {
        while (amount > 0)
        {
            var (grant, part) = hold.Parts[0];
            var take = Math.Min(part, amount);
            grant.Held -= take;
            grant.Spent += take;
            hold.Captured += take;
            hold.Paid.Add((grant, take));
            amount -= take;
            hold.Parts[0] = (grant, part - take);
            hold.Parts.RemoveAll(left => left.Amount == 0);
        }
    }

    private int GiveBack(NaiveHold hold, decimal amount, DateTime at, string? key)
    {
        var left = amount;
        var returned = new List<NaiveGrant>();
        while (left > 0)
        {
            var (grant, part) = flaw == Flaw.FirstPinnedReturnsFirst ? hold.Parts[0] : hold.Parts[^1];
            var give = Math.Min(part, left);
            grant.Held -= give;
            grant.Available += give;
            left -= give;
            returned.Insert(0, grant);
            hold.Parts[flaw == Flaw.FirstPinnedReturnsFirst ? 0 : hold.Parts.Count - 1] = (grant, part - give);
            hold.Parts.RemoveAll(one => one.Amount == 0);
        }

        Write(EntryKind.Release, at, amount, key: key, hold: hold);
        var entry = History.Count;
        ExpireLateReturns(returned, at);
        RepayDebt(at);
        return entry;
    }

    private List<NaiveGrant> InBurnOrder(IEnumerable<NaiveGrant> grants)
    {
        var ordered = grants.OrderBy(grant => grant.Priority).ThenBy(grant => grant.ExpiresAt ?? DateTime.MaxValue);
        return [.. (flaw == Flaw.PaidBurnsFirst ? ordered.ThenBy(grant => grant.Kind != GrantKind.Purchase) : ordered.ThenBy(grant => grant.Kind == GrantKind.Purchase))
            .ThenBy(grant => grant.Id)];
    }

    private void Write(EntryKind kind, DateTime at, decimal amount, decimal remainder = 0, string? key = null, NaiveHold? hold = null, NaiveGrant? grant = null)
    {
        _lastAt = at > _lastAt ? at : _lastAt;
        History.Add(new NaiveEntry(kind, _lastAt, amount, remainder, Available, Held, Debt, key, hold?.Id, grant?.Id));
    }
}
