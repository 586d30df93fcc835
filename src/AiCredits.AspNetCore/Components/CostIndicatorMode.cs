namespace AiCredits.AspNetCore.Components;

/// <summary>How much <c>&lt;generation-cost-indicator&gt;</c> shows.</summary>
public enum CostIndicatorMode
{
    /// <summary>The cost, what it leaves, and what to do when it doesn't reach.</summary>
    Full,

    /// <summary>The cost in its colour.</summary>
    Badge,
}
