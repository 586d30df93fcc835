namespace AiCredits.Ledger;

/// <content>Which grants pay for what: the burn order, and slices of grants.</content>
public sealed partial class AccountBook
{
    /// <summary>What can be spent on a model; of an account with very many grants at least that it is <paramref name="needed"/>.</summary>
    private Credits SpendableOn(string model, Credits needed)
    {
        if (lastInOrder is not null)
        {
            return SpendableInFirst(model, needed);
        }

        var spendable = available;
        if (restrictedGrants == 0)
        {
            return spendable;
        }

        foreach (var grant in grants)
        {
            if (grant.Restricted && !grant.PaysFor(model))
            {
                spendable -= grant.Available;
            }
        }

        return spendable;
    }

    private Credits SpendableInFirst(string model, Credits needed)
    {
        var spendable = Credits.Zero;
        foreach (var grant in grants)
        {
            if (grant.CompareTo(lastInOrder) > 0)
            {
                break;
            }

            spendable += grant.PaysFor(model) ? grant.Available : Credits.Zero;
            if (spendable >= needed)
            {
                return spendable;
            }
        }

        // A refusal tells exactly what could be spent.
        throw new MoreGrantsNeededException();
    }

    /// <summary>What could be spent on a model once all that is held came back: it repays debt first, and what has expired meanwhile stays away.</summary>
    private Credits ReturnableOn(string model, DateTime now)
    {
        var returnable = Credits.Zero;
        foreach (var grant in grants)
        {
            returnable += grant.PaysFor(model) && !(grant.ExpiresAt <= now) ? grant.Held : Credits.Zero;
        }

        return Credits.Max(returnable - debt, Credits.Zero);
    }

    /// <summary>Moves credits from available to held, in burn order.</summary>
    private GrantSlice[] PinFor(string model, Credits amount)
    {
        var slices = Select(amount, model);
        foreach (var slice in slices)
        {
            var grant = Touch(FindGrant(slice.GrantId));
            grant.Available -= slice.Amount;
            grant.Held += slice.Amount;
        }

        available -= amount;
        held += amount;
        return slices;
    }

    /// <summary>What to take from which grants, in burn order; from any grant when <paramref name="model"/> is null.</summary>
    private GrantSlice[] Select(Credits amount, string? model)
    {
        List<GrantSlice>? several = null;
        foreach (var grant in grants)
        {
            // One that was loaded for its hold may burn later than others that were not.
            if (lastInOrder is not null && grant.CompareTo(lastInOrder) > 0)
            {
                break;
            }

            if (grant.Available.IsZero || (model is not null && !grant.PaysFor(model)))
            {
                continue;
            }

            var part = Credits.Min(amount, grant.Available);
            amount -= part;
            if (amount.IsZero && several is null)
            {
                return One(new GrantSlice(grant.Id, part));
            }

            (several ??= []).Add(new GrantSlice(grant.Id, part));
            if (amount.IsZero)
            {
                return [.. several];
            }
        }

        throw lastInOrder is not null ? new MoreGrantsNeededException() : new LedgerInvariantException($"Account '{Account}': the grants hold {amount} credits less than the account says is available. Run the integrity check.");
    }

    // One spend after the other takes the same from the same grant, and what is kept of them can be shared.
    private GrantSlice[] One(GrantSlice slice) => lastSlice is [var last] && last == slice ? lastSlice : lastSlice = [slice];

    private static IReadOnlyList<GrantSlice> First(IReadOnlyList<GrantSlice> slices, Credits amount)
    {
        if (amount == Sum(slices))
        {
            return slices;
        }

        var head = new List<GrantSlice>();
        foreach (var slice in slices)
        {
            if (amount.IsZero)
            {
                break;
            }

            var part = Credits.Min(amount, slice.Amount);
            head.Add(slice with { Amount = part });
            amount -= part;
        }

        return head;
    }

    private static IReadOnlyList<GrantSlice> Last(IReadOnlyList<GrantSlice> slices, Credits amount)
    {
        if (amount.IsZero)
        {
            return [];
        }

        if (amount == Sum(slices))
        {
            return slices;
        }

        var skipped = Sum(slices) - amount;
        var tail = new List<GrantSlice>();
        foreach (var slice in slices)
        {
            var skip = Credits.Min(skipped, slice.Amount);
            skipped -= skip;
            if (slice.Amount != skip)
            {
                tail.Add(slice with { Amount = slice.Amount - skip });
            }
        }

        return tail;
    }

    private static List<GrantSlice> Merge(IReadOnlyList<GrantSlice> left, IReadOnlyList<GrantSlice> right)
    {
        var merged = left.ToList();
        foreach (var slice in right)
        {
            var index = merged.FindIndex(other => other.GrantId == slice.GrantId);
            if (index < 0)
            {
                merged.Add(slice);
            }
            else
            {
                merged[index] = slice with { Amount = merged[index].Amount + slice.Amount };
            }
        }

        return merged;
    }

    private static Credits Sum(IReadOnlyList<GrantSlice> slices)
    {
        var sum = Credits.Zero;
        for (var index = 0; index < slices.Count; index++)
        {
            sum += slices[index].Amount;
        }

        return sum;
    }
}
