namespace AiCredits.Analytics;

/// <summary>How analytics are kept, in stores that keep roll-ups.</summary>
public sealed class AnalyticsOptions
{
    /// <summary>How often roll-ups are brought up to date. Default 1 minute.</summary>
    public TimeSpan RollUpInterval { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>False to leave them to another instance. Default true.</summary>
    public bool RollUpEnabled { get; set; } = true;
}
