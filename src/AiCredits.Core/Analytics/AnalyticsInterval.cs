namespace AiCredits.Analytics;

/// <summary>How long one step of a report is. All are in UTC; a week starts on Monday. The numbers are stored.</summary>
public enum AnalyticsInterval
{
    /// <summary>An hour.</summary>
    Hour = 1,

    /// <summary>A day.</summary>
    Day = 2,

    /// <summary>A week, from Monday.</summary>
    Week = 3,

    /// <summary>A calendar month.</summary>
    Month = 4,
}
