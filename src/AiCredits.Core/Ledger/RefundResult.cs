namespace AiCredits.Ledger;

/// <summary>The answer to a <see cref="RefundCommand"/>.</summary>
public abstract record RefundResult : LedgerResult
{
    private RefundResult()
    {
    }

    /// <summary>The credits are given back.</summary>
    /// <param name="Refunded">How much.</param>
    /// <param name="AvailableAfter">What can be spent. Credits of a grant that has expired meanwhile expire at once.</param>
    public sealed record Done(Credits Refunded, Credits AvailableAfter) : RefundResult;

    /// <summary>The account has no such generation; nothing changed.</summary>
    public sealed record NotFound : RefundResult;

    /// <summary>The generation still runs or was not charged; nothing changed.</summary>
    /// <param name="Status">Where it stands.</param>
    public sealed record NotCharged(GenerationStatus Status) : RefundResult;

    /// <summary>The key was used for another request; nothing changed.</summary>
    /// <param name="ConflictingKey">The key.</param>
    public sealed record KeyConflict(string ConflictingKey) : RefundResult;
}
