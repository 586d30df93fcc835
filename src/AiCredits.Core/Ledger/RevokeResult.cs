namespace AiCredits.Ledger;

/// <summary>The answer to a <see cref="RevokeCommand"/>.</summary>
public abstract record RevokeResult : LedgerResult
{
    private RevokeResult()
    {
    }

    /// <summary>The credits are taken back.</summary>
    /// <param name="Revoked">What was taken from the grant.</param>
    /// <param name="BecameDebt">What was no longer there and became debt.</param>
    /// <param name="AvailableAfter">What can be spent.</param>
    public sealed record Done(Credits Revoked, Credits BecameDebt, Credits AvailableAfter) : RevokeResult;

    /// <summary>The account has no such grant; nothing changed.</summary>
    public sealed record NotFound : RevokeResult;

    /// <summary>The amount is more than can still be taken back of the grant; nothing changed.</summary>
    /// <param name="Revocable">What can be taken back.</param>
    public sealed record TooMuch(Credits Revocable) : RevokeResult;

    /// <summary>The key was used for another request; nothing changed.</summary>
    /// <param name="ConflictingKey">The key.</param>
    public sealed record KeyConflict(string ConflictingKey) : RevokeResult;
}
