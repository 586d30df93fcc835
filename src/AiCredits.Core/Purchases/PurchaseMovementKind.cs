namespace AiCredits.Purchases;

/// <summary>What a <see cref="PurchaseMovement"/> does to the ledger. The numbers are stored: never renumber one.</summary>
public enum PurchaseMovementKind
{
    /// <summary>Grants credits: the delivery, or giving back what was taken.</summary>
    Give = 1,

    /// <summary>Takes credits that are there and no others: a dispute has been opened.</summary>
    TakeWhatIsLeft = 2,

    /// <summary>Takes credits; what is spent of them becomes debt: money went back to the buyer.</summary>
    TakeAll = 3,
}
