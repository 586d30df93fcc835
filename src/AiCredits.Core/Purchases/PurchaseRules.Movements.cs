using AiCredits.Ledger;

namespace AiCredits.Purchases;

/// <content>What is given, taken back and given again, one movement after the other.</content>
internal static partial class PurchaseRules
{
    /// <summary>The command of a movement.</summary>
    public static LedgerCommand CommandOf(Purchase purchase, PurchaseMovement movement) => movement.Kind == PurchaseMovementKind.Give
        ? new GrantCommand(purchase.Account, movement.Part == PurchasePart.Bonus ? GrantKind.Bonus : GrantKind.Purchase, movement.Amount)
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
                parcels.Add(new PurchaseParcel(movement.Part, granted.GrantId, granted.Amount));
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

    private static Credits AmountOf(Purchase purchase, PurchasePart part) =>
        part == PurchasePart.Bonus ? purchase.BonusCredits : purchase.Credits - purchase.BonusCredits;

    // What is lost in rounding goes to the paid part, so that both parts together are the whole.
    private static Credits PartOf(Credits share, Purchase purchase, PurchasePart part)
    {
        var bonus = Credits.FromMillionths((long)((Int128)share.Millionths * purchase.BonusCredits.Millionths / purchase.Credits.Millionths));
        return part == PurchasePart.Bonus ? bonus : share - bonus;
    }

    private static PurchaseMovement? NextMovement(Purchase purchase, IReadOnlyDictionary<long, Credits>? available)
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
            var amount = AmountOf(purchase, part);
            if (!amount.IsZero && NextMovement(purchase, part, amount, amount - PartOf(lost, purchase, part), amount - PartOf(lostOrDisputed, purchase, part), available) is { } movement)
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
    private static PurchaseMovement? NextMovement(Purchase purchase, PurchasePart part, Credits agreed, Credits most, Credits free, IReadOnlyDictionary<long, Credits>? available)
    {
        var parcels = purchase.Fulfilment.Parcels.Where(parcel => parcel.Part == part).ToArray();
        if (parcels.Length == 0)
        {
            // Delivered whole, even when a share of it is taken back at once, so that the history shows both.
            return free.IsZero ? null : Move(PurchaseMovementKind.Give, agreed, null, part == PurchasePart.Bonus ? "Bonus" : "Purchase");
        }

        var has = purchase.Fulfilment.InEffect(part);
        if (has > most)
        {
            return parcels.LastOrDefault(parcel => !parcel.Left.IsZero) is { } parcel
                ? Sign(purchase, Move(PurchaseMovementKind.TakeAll, Credits.Min(has - most, parcel.Left), parcel.GrantId, purchase.DisputesLost > purchase.Fulfilment.ToldLost ? "Dispute lost" : "Refund"))
                : null;
        }

        if (has < free)
        {
            return Move(PurchaseMovementKind.Give, free - has, null, "Given back");
        }

        return has > free && parcels.LastOrDefault(parcel => !parcel.Left.IsZero && available?.GetValueOrDefault(parcel.GrantId).IsZero == false) is { } live
            ? Move(PurchaseMovementKind.TakeWhatIsLeft, Credits.Min(has - free, live.Left), live.GrantId, "Dispute opened")
            : null;

        PurchaseMovement Move(PurchaseMovementKind kind, Credits credits, long? grantId, string what) => new(
            purchase.Fulfilment.Movements + 1,
            kind,
            part,
            credits,
            grantId,
            kind == PurchaseMovementKind.Give ? purchase.PaidAt + purchase.CreditsExpireAfter : null,
            $"{what}: {Text.Fit(purchase.PackName, MaxDescription)}");
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
