namespace AiCredits.Plans;

/// <summary>How often a plan is paid.</summary>
public enum PlanInterval
{
    /// <summary>Each month.</summary>
    Month = 1,

    /// <summary>Each year.</summary>
    Year = 12,
}
