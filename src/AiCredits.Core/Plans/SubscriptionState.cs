namespace AiCredits.Plans;

/// <summary>Where a subscription stands. The numbers are stored: never renumber one.</summary>
public enum SubscriptionState
{
    /// <summary>Its checkout is open, or its first payment is on its way.</summary>
    Pending = 1,

    /// <summary>It is tried for nothing.</summary>
    Trialing = 2,

    /// <summary>It is in force.</summary>
    Active = 3,

    /// <summary>A payment failed; the provider tries again. What was granted stays, nothing new is granted.</summary>
    PastDue = 4,

    /// <summary>The provider collects nothing for a while, and nothing is granted.</summary>
    Paused = 5,

    /// <summary>It is over. Final.</summary>
    Ended = 6,

    /// <summary>Its checkout ended without a payment. Final.</summary>
    Abandoned = 7,
}
