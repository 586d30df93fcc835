namespace AiCredits.Ledger;

/// <summary>Where a generation stands. The numbers are stored.</summary>
public enum GenerationStatus
{
    /// <summary>It runs, its credits are held.</summary>
    Running = 1,

    /// <summary>It delivered and was charged.</summary>
    Succeeded = 2,

    /// <summary>It failed and was not charged.</summary>
    Failed = 3,

    /// <summary>It was charged and the credits were given back.</summary>
    Refunded = 4,

    /// <summary>Nobody settled it in time.</summary>
    Expired = 5,
}
