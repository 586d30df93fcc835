namespace AiCredits.Plans;

/// <summary>How a subscription stands at its provider.</summary>
public enum ProviderSubscriptionStatus
{
    /// <summary>Its checkout is open, or its first payment is not there yet.</summary>
    Open = 0,

    /// <summary>Its checkout ended, or its first payment failed, and there will be no subscription.</summary>
    Abandoned = 1,

    /// <summary>In its trial.</summary>
    Trialing = 2,

    /// <summary>In force.</summary>
    Active = 3,

    /// <summary>A payment failed and is tried again.</summary>
    PastDue = 4,

    /// <summary>Nothing is collected for a while.</summary>
    Paused = 5,

    /// <summary>Over.</summary>
    Ended = 6,
}
