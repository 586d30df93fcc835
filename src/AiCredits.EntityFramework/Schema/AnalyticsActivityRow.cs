using AiCredits.Analytics;

namespace AiCredits.EntityFramework.Schema;

/// <summary>A row of ai_credits_analytics_activity: what one account did in one day, week or month.</summary>
internal sealed class AnalyticsActivityRow
{
    public AnalyticsInterval Grain { get; set; }

    public long Start { get; set; }

    public required string AccountId { get; set; }

    public long Generations { get; set; }

    public long Spent { get; set; }
}
