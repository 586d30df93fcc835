namespace AiCredits.Ledger;

/// <summary>The ledger can't be reached, is locked, or is too busy. Nothing is known to have changed; trying the same command again is safe.</summary>
public sealed class LedgerUnavailableException : Exception
{
    /// <summary>Makes the exception.</summary>
    /// <param name="message">What is wrong and what to do.</param>
    /// <param name="innerException">The store's own error.</param>
    public LedgerUnavailableException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }

    /// <summary>When it makes sense to try again; null when unknown.</summary>
    public TimeSpan? RetryAfter { get; init; }
}
