namespace AiCredits.Analytics;

/// <summary>Where intervals start and end.</summary>
public static class AnalyticsIntervalExtensions
{
    /// <summary>The start of the interval that a time (UTC) is in.</summary>
    public static DateTime StartOf(this AnalyticsInterval interval, DateTime time) => interval switch
    {
        AnalyticsInterval.Hour => new DateTime(time.Year, time.Month, time.Day, time.Hour, 0, 0, DateTimeKind.Utc),
        AnalyticsInterval.Day => new DateTime(time.Year, time.Month, time.Day, 0, 0, 0, DateTimeKind.Utc),
        // Days count from a Monday.
        AnalyticsInterval.Week => DateTime.SpecifyKind(DateTime.MinValue.AddDays((time - DateTime.MinValue).Days / 7 * 7), DateTimeKind.Utc),
        AnalyticsInterval.Month => new DateTime(time.Year, time.Month, 1, 0, 0, 0, DateTimeKind.Utc),
        _ => throw new ArgumentOutOfRangeException(nameof(interval), interval, "This is no interval. Use a member of AnalyticsInterval."),
    };

    /// <summary>The start of the interval after the one that starts at <paramref name="start"/>.</summary>
    public static DateTime Next(this AnalyticsInterval interval, DateTime start) => interval switch
    {
        AnalyticsInterval.Hour => start.AddHours(1),
        AnalyticsInterval.Day => start.AddDays(1),
        AnalyticsInterval.Week => start.AddDays(7),
        AnalyticsInterval.Month => start.AddMonths(1),
        _ => throw new ArgumentOutOfRangeException(nameof(interval), interval, "This is no interval. Use a member of AnalyticsInterval."),
    };
}
