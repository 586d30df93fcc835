namespace AiCredits.EntityFramework.Ledger;

/// <summary>The limits of the writer.</summary>
internal sealed record LedgerWriterOptions
{
    /// <summary>How many commands may wait in one lane before callers are turned away.</summary>
    public int QueueCapacity { get; init; } = 10_000;

    /// <summary>How many commands share one transaction at the most.</summary>
    public int BatchSize { get; init; } = 1_000;

    /// <summary>How often a batch is tried before its callers hear of the outage.</summary>
    public int Attempts { get; init; } = 7;

    /// <summary>The wait before the second attempt; each further wait is twice as long.</summary>
    public TimeSpan FirstDelay { get; init; } = TimeSpan.FromMilliseconds(25);
}
