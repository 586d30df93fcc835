namespace AiCredits.Ledger;

/// <summary>The answer to a <see cref="RenewCommand"/>.</summary>
public abstract record RenewResult : LedgerResult
{
    private RenewResult()
    {
    }

    /// <summary>The hold lives on.</summary>
    /// <param name="ExpiresAt">Until when (UTC).</param>
    public sealed record Renewed(DateTime ExpiresAt) : RenewResult;

    /// <summary>The hold is settled, has ended by itself, or never was; nothing changed.</summary>
    public sealed record NotOpen : RenewResult;
}
