namespace AiCredits.Ledger;

/// <summary>The answer to a command. Expected refusals are answers; exceptions are for misuse and a broken store.</summary>
public abstract record LedgerResult
{
    private protected LedgerResult()
    {
    }

    /// <summary>True when this is the answer to an earlier command with the same key or id.</summary>
    public bool Replayed { get; init; }
}
