namespace AiCredits.Ledger;

/// <summary>The answer to a <see cref="ReceiveCommand"/>.</summary>
public abstract record ReceiveResult : LedgerResult
{
    private ReceiveResult()
    {
    }

    /// <summary>The credits have arrived. What had expired on its way expires at once.</summary>
    public sealed record Arrived : ReceiveResult;

    /// <summary>The id was used for another transfer; nothing changed.</summary>
    /// <param name="ConflictingKey">The key.</param>
    public sealed record KeyConflict(string ConflictingKey) : ReceiveResult;
}
