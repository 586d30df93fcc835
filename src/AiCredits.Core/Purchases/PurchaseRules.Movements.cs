using AiCredits.Ledger;

namespace AiCredits.Purchases;

/// <content>What is given, taken back and given again, one movement after the other.</content>
internal static partial class PurchaseRules
{
    /// <summary>The command of a movement.</summary>
    public static LedgerCommand CommandOf(Purchase purchase, PurchaseMovement movement) => movement.Kind == PurchaseMovementKind.Give
        ? new GrantCommand(purchase.Account, movement.Part == PurchasePart.Bonus ? GrantKind.Bonus : purchase.SubscriptionId is null ? GrantKind.Purchase : GrantKind.Plan, movement.Amount)
        {
            Key = purchase.LedgerKey(movement.Number),
            ExpiresAt = movement.ExpiresAt,
            Description = movement.Description,
            Actor = purchase.Provider,
            Reference = purchase.Id.ToString(),
        }
        : new RevokeCommand(purchase.Account, movement.GrantId!.Value, movement.Amount)
        {
            Key = purchase.LedgerKey(movement.Number),
            UpTo = true,
            ToDebt = movement.Kind == PurchaseMovementKind.TakeAll,
            Description = movement.Description,
            Actor = movement.Actor ?? purchase.Provider,
            Reference = purchase.Id.ToString(),
        };

    /// <summary>The purchase after the ledger has answered its pending movement.</summary>
    /// <exception cref="LedgerInvariantException">The ledger has used the movement's key for something else.</exception>
    public static Purchase Record(Purchase purchase, LedgerResult result)
    {
        var movement = purchase.Fulfilment.Pending!;
        var parcels = purchase.Fulfilment.Parcels.ToList();
        switch (result)
        {
            case GrantResult.Granted granted:
                parcels.Add(new PurchaseParcel(movement.Part, granted.GrantId, granted.Amount) { ExpiresAt = purchase.SubscriptionId is null ? null : movement.ExpiresAt });
                break;
            case GrantResult.AlreadyExpired:
                parcels.Add(new PurchaseParcel(movement.Part, 0, movement.Amount) { Gone = movement.Amount });
                break;
            case RevokeResult.Done done:
                Change(done.Revoked + done.BecameDebt, done.BecameDebt);
                break;
            case RevokeResult.NotFound:
                Change(Credits.Zero, Credits.Zero);
                break;
            default:
                throw new LedgerInvariantException($"Purchase {purchase.Id}: the ledger answered {result.GetType().Name} to movement {movement.Number}.");
        }

        return purchase with { Fulfilment = purchase.Fulfilment with { Pending = null, Parcels = parcels } };

        void Change(Credits taken, Credits owed)
        {
            var index = parcels.FindIndex(parcel => parcel.GrantId == movement.GrantId);
            var parcel = parcels[index];
            var gone = movement.Kind == PurchaseMovementKind.TakeAll ? movement.Amount - taken : Credits.Zero;
            parcels[index] = parcel with { Taken = parcel.Taken + taken, Owed = parcel.Owed + owed, Gone = parcel.Gone + gone };
        }
    }

    /// <summary>The share of <paramref name="credits"/> that <paramref name="part"/> is of <paramref name="whole"/>, rounded up to a millionth.</summary>
    internal static Credits ShareOf(Credits credits, decimal part, decimal whole)
    {
        if (whole <= 0 || part <= 0)
        {
            return Credits.Zero;
        }

        var (numerator, denominator) = ((Int128)(part * 1_000_000), (Int128)(whole * 1_000_000));
        return Credits.FromMillionths((long)((((Int128)credits.Millionths * numerator) + denominator - 1) / denominator));
    }

    // What is lost in rounding goes to the paid part, so that both parts together are the whole.
    private static Credits PartOf(Credits share, Purchase purchase, PurchasePart part)
    {
        var bonus = Credits.FromMillionths((long)((Int128)share.Millionths * purchase.BonusCredits.Millionths / purchase.Credits.Millionths));
        return part == PurchasePart.Bonus ? bonus : share - bonus;
    }

    private static PurchaseMovement? NextMovement(Purchase purchase, IReadOnlyDictionary<long, Credits>? available, DateTime now)
    {
        if (purchase.PaidAt is null || purchase.Fault is not null)
        {
            return null;
        }

        var total = purchase.Total!.Value.Amount;
        var lost = ShareOf(purchase.Credits, purchase.Refunded + purchase.DisputesLost, total);
        var lostOrDisputed = ShareOf(purchase.Credits, purchase.Refunded + purchase.DisputesLost + purchase.Disputed, total);
        foreach (var part in Parts)
        {
            var amount = purchase.AmountOf(part);
            if (!amount.IsZero && NextMovement(purchase, part, amount, amount - PartOf(lost, purchase, part), amount - PartOf(lostOrDisputed, purchase, part), available, now) is { } movement)
            {
                return movement;
            }
        }

        return null;
    }

    /// <param name="purchase">The purchase.</param>
    /// <param name="part">The part that is looked at.</param>
    /// <param name="agreed">How much was agreed of it.</param>
    /// <param name="most">What the buyer may have of it at the most; what is spent beyond that becomes debt.</param>
    /// <param name="free">What of that is not disputed.</param>
    /// <param name="available">What can be spent of the account's live grants.</param>
    /// <param name="now">The time (UTC).</param>
    private static PurchaseMovement? NextMovement(Purchase purchase, PurchasePart part, Credits agreed, Credits most, Credits free, IReadOnlyDictionary<long, Credits>? available, DateTime now)
    {
        var parcels = purchase.Fulfilment.Parcels.Where(parcel => parcel.Part == part).ToArray();
        if (parcels.Length == 0)
        {
            // A plan's credits come with its refills, not from here. A pack is delivered whole, even when a share of it is taken back at once, so that the history shows both.
            return free.IsZero || purchase.SubscriptionId is not null ? null : Move(PurchaseMovementKind.Give, agreed, null, part == PurchasePart.Bonus ? "Bonus" : "Purchase");
        }

        // What is gone counts as used up where credits are taken, and not at all where they are given back.
        var (has, left) = (purchase.Fulfilment.InEffect(part), purchase.Fulfilment.LeftOf(part));
        if (left > most)
        {
            return parcels.LastOrDefault(parcel => !parcel.Left.IsZero) is { } parcel
                ? Sign(purchase, Move(PurchaseMovementKind.TakeAll, Credits.Min(left - most, parcel.Left), parcel.GrantId, purchase.DisputesLost > purchase.Fulfilment.ToldLost ? "Dispute lost" : "Refund"))
                : null;
        }

        var due = Credits.Max(free - Credits.Min(has, free), purchase.SubscriptionId is null ? Credits.Zero : OwedTooMuch(parcels, agreed, free));
        if (!due.IsZero)
        {
            return Move(PurchaseMovementKind.Give, due, null, "Given back");
        }

        return left > free && parcels.LastOrDefault(parcel => !parcel.Left.IsZero && available?.GetValueOrDefault(parcel.GrantId).IsZero == false) is { } live
            ? Move(PurchaseMovementKind.TakeWhatIsLeft, Credits.Min(left - free, live.Left), live.GrantId, "Dispute opened")
            : null;

        PurchaseMovement Move(PurchaseMovementKind kind, Credits credits, long? grantId, string what) => new(
            purchase.Fulfilment.Movements + 1,
            kind,
            part,
            credits,
            grantId,
            kind == PurchaseMovementKind.Give ? EndOf(purchase, parcels, now) : null,
            $"{what}: {Text.Fit(purchase.PackName, MaxDescription)}");
    }

    // What was used within what stays paid is no debt. It has become one where credits were taken back while, unknown here,
    // what was left of them was ending.
    private static Credits OwedTooMuch(PurchaseParcel[] parcels, Credits agreed, Credits free)
    {
        var (amount, taken, owed, gone) = (Sum(parcel => parcel.Amount), Sum(parcel => parcel.Taken), Sum(parcel => parcel.Owed), Sum(parcel => parcel.Gone));
        var used = agreed.Millionths - gone - (taken - owed);
        var givenBack = amount - agreed.Millionths;
        return Credits.FromMillionths(Math.Max(0, owed - givenBack - Math.Max(0, used - free.Millionths)));

        long Sum(Func<PurchaseParcel, Credits> of) => parcels.Sum(parcel => of(parcel).Millionths);
    }

    // Credits of a plan that come back after their refill is over would be worth nothing: they live for another month.
    private static DateTime? EndOf(Purchase purchase, PurchaseParcel[] parcels, DateTime now)
    {
        if (purchase.SubscriptionId is null)
        {
            return purchase.PaidAt + purchase.CreditsExpireAfter;
        }

        var end = parcels.Where(parcel => !parcel.IsOver).Max(parcel => parcel.ExpiresAt);
        return end > now && parcels.All(parcel => parcel.Taken.IsZero || (!parcel.IsOver && parcel.ExpiresAt > now)) ? end : now.AddMonths(1);
    }

    // What was refunded since listeners were told is what an admin ordered, or somebody at the provider's own pages.
    private static PurchaseMovement Sign(Purchase purchase, PurchaseMovement movement)
    {
        var refunded = purchase.Refunded - purchase.Fulfilment.ToldRefunded;
        return purchase.Fulfilment.Refunds.LastOrDefault(refund => refund.Amount == refunded) is { } ordered
            ? movement with { Actor = ordered.Actor, Description = Text.Fit(ordered.Reason is null ? movement.Description : $"{movement.Description} ({ordered.Reason})", LedgerCommand.MaxTextLength)! }
            : movement;
    }
}
