namespace AiCredits.Ledger;

/// <summary>The answer to a <see cref="TransferCommand"/>.</summary>
public abstract record TransferResult : LedgerResult
{
    private TransferResult()
    {
    }

    /// <summary>The credits have left the account.</summary>
    /// <param name="Pending">What is on its way; null for a replay, when the store knows whether it is.</param>
    /// <param name="AvailableAfter">What can be spent.</param>
    public sealed record Sent(PendingTransfer? Pending, Credits AvailableAfter) : TransferResult;

    /// <summary>Too few credits that can be moved; nothing changed.</summary>
    /// <param name="Required">What was asked for.</param>
    /// <param name="Available">What could be moved: what is available, without welcome credits.</param>
    public sealed record Insufficient(Credits Required, Credits Available) : TransferResult;

    /// <summary>The account is frozen; nothing changed.</summary>
    public sealed record Frozen : TransferResult;

    /// <summary>The id was used for another transfer; nothing changed.</summary>
    /// <param name="ConflictingKey">The key.</param>
    public sealed record KeyConflict(string ConflictingKey) : TransferResult;
}
