namespace AiCredits.Ledger;

/// <summary>The answer to a <see cref="GrantCommand"/>.</summary>
public abstract record GrantResult : LedgerResult
{
    private GrantResult()
    {
    }

    /// <summary>The credits are granted.</summary>
    /// <param name="GrantId">The grant, unique within the account.</param>
    /// <param name="Amount">How much.</param>
    /// <param name="DebtRepaid">What of it paid off debt.</param>
    /// <param name="AvailableAfter">What can be spent.</param>
    public sealed record Granted(long GrantId, Credits Amount, Credits DebtRepaid, Credits AvailableAfter) : GrantResult;

    /// <summary>The grant had already expired when it was to be made; nothing changed.</summary>
    public sealed record AlreadyExpired : GrantResult;

    /// <summary>The account has had its welcome credits under another key; nothing changed.</summary>
    public sealed record AlreadyWelcomed : GrantResult;

    /// <summary>The key was used for another request; nothing changed.</summary>
    /// <param name="ConflictingKey">The key.</param>
    public sealed record KeyConflict(string ConflictingKey) : GrantResult;
}
