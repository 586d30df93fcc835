using AiCredits.Analytics;
using AiCredits.EntityFramework.Analytics;

namespace AiCredits.EntityFramework.Schema;

/// <summary>A row of ai_credits_analytics: what was counted and summed in one interval. Derived from the history; nothing else reads it.</summary>
internal sealed class AnalyticsRow
{
    public AnalyticsInterval Grain { get; set; }

    public AnalyticsMeasure Measure { get; set; }

    /// <summary>The start of the interval.</summary>
    public long Start { get; set; }

    /// <summary>The model, or empty.</summary>
    public required string Model { get; set; }

    /// <summary>What else the measure is split by, see <see cref="AnalyticsMeasure"/>; or empty.</summary>
    public required string Detail { get; set; }

    public long Count { get; set; }

    public long Amount { get; set; }
}
