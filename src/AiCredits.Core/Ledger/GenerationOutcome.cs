namespace AiCredits.Ledger;

/// <summary>How a generation ended. A policy says which outcomes are charged. The numbers are stored.</summary>
public enum GenerationOutcome
{
    /// <summary>It delivered.</summary>
    Succeeded = 1,

    /// <summary>It failed: an exception, an error status, or the handler said so.</summary>
    Failed = 2,

    /// <summary>It was refused by moderation.</summary>
    Rejected = 3,

    /// <summary>The client was gone before any output.</summary>
    ClientGoneBeforeOutput = 4,

    /// <summary>The client was gone after some output.</summary>
    ClientGoneAfterOutput = 5,

    /// <summary>It took too long.</summary>
    TimedOut = 6,

    /// <summary>Nobody can say: the process died, or a stream broke with an unknown part delivered.</summary>
    Unknown = 7,
}
