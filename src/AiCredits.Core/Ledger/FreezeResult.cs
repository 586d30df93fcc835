namespace AiCredits.Ledger;

/// <summary>The answer to a <see cref="FreezeCommand"/>.</summary>
public abstract record FreezeResult : LedgerResult
{
    private FreezeResult()
    {
    }

    /// <summary>The account is as asked.</summary>
    /// <param name="Frozen">True when it is closed to new holds.</param>
    public sealed record Done(bool Frozen) : FreezeResult;

    /// <summary>The key was used for another request; nothing changed.</summary>
    /// <param name="ConflictingKey">The key.</param>
    public sealed record KeyConflict(string ConflictingKey) : FreezeResult;
}
