namespace AiCredits.Ledger;

/// <summary>A figure of an account does not add up. Nothing was written. This is a defect or a damaged database, never the caller's fault.</summary>
public sealed class LedgerInvariantException : Exception
{
    /// <summary>Makes the exception.</summary>
    /// <param name="message">Which figure of which account.</param>
    public LedgerInvariantException(string message)
        : base(message)
    {
    }
}
