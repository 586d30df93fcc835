using AiCredits.Analytics;
using AiCredits.EntityFramework.Schema;

namespace AiCredits.EntityFramework.Analytics;

/// <summary>Intervals of the roll-ups that follow each other without a gap, from the start of the first to the end of the last.</summary>
internal readonly record struct Stretch(AnalyticsInterval Grain, long First, long End)
{
    /// <summary>The fewest intervals that make up a period: whole months where there are any, then weeks, days and hours before and after.</summary>
    public static IReadOnlyList<Stretch> Of(DateTime from, DateTime to) => Of(from, to, AnalyticsInterval.Month);

    private static List<Stretch> Of(DateTime from, DateTime to, AnalyticsInterval grain)
    {
        if (from >= to)
        {
            return [];
        }

        var first = grain.StartOf(from);
        first = first < from ? grain.Next(first) : first;
        var end = grain.StartOf(to);
        return first < end
            ? [new(grain, Stored.Micros(first), Stored.Micros(end)), .. Of(from, first, grain - 1), .. Of(end, to, grain - 1)]
            : Of(from, to, grain - 1);
    }
}
