namespace AiCredits.Purchases;

/// <summary>What a purchase has done to the ledger so far, what it is doing, what was told of it, and what admins have ordered.</summary>
public sealed record PurchaseFulfilment
{
    /// <summary>Nothing yet.</summary>
    public static PurchaseFulfilment None { get; } = new();

    /// <summary>The number of the last movement.</summary>
    public int Movements { get; init; }

    /// <summary>The movement that is under way; null for none.</summary>
    public PurchaseMovement? Pending { get; init; }

    /// <summary>The grants made, oldest first.</summary>
    public IReadOnlyList<PurchaseParcel> Parcels { get; init; } = [];

    /// <summary>The refunds that admins have ordered, oldest first. Those made at the provider's own pages are not among them.</summary>
    public IReadOnlyList<OrderedRefund> Refunds { get; init; } = [];

    /// <summary>The refunded amount that listeners know of.</summary>
    public decimal ToldRefunded { get; init; }

    /// <summary>The disputed amount that listeners know of.</summary>
    public decimal ToldDisputed { get; init; }

    /// <summary>The amount lost to disputes that listeners know of.</summary>
    public decimal ToldLost { get; init; }

    /// <summary>What the buyer has of a part, what was spent of it and what is gone included: what was given less what the purchase has taken back.</summary>
    public Credits InEffect(PurchasePart part) => Sum(part, static parcel => parcel.Amount - parcel.Taken);

    /// <summary>What the buyer has of a part without what is gone: spent, or still to be spent.</summary>
    internal Credits LeftOf(PurchasePart part) => Sum(part, static parcel => parcel.Left);

    internal bool Has(PurchasePart part) => Parcels.Any(parcel => parcel.Part == part);

    private Credits Sum(PurchasePart part, Func<PurchaseParcel, Credits> of) =>
        Parcels.Where(parcel => parcel.Part == part).Aggregate(Credits.Zero, (sum, parcel) => sum + of(parcel));

    /// <summary>True when both record the same.</summary>
    public bool Equals(PurchaseFulfilment? other) =>
        other is not null
        && Movements == other.Movements
        && Pending == other.Pending
        && ToldRefunded == other.ToldRefunded
        && ToldDisputed == other.ToldDisputed
        && ToldLost == other.ToldLost
        && Parcels.SequenceEqual(other.Parcels)
        && Refunds.SequenceEqual(other.Refunds);

    /// <inheritdoc />
    public override int GetHashCode() => HashCode.Combine(Movements, Pending, Parcels.Count, Refunds.Count, ToldRefunded, ToldDisputed, ToldLost);
}
