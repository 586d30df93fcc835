namespace AiCredits.Ledger;

/// <summary>When the day and the month of a member end.</summary>
internal static class MemberWindows
{
    public static DateTime DayEnd(DateTime now) => now.Date.AddDays(1);

    /// <summary>
    /// The first boundary after <paramref name="now"/>: of the calendar, or of the cycle that began at <paramref name="anchor"/>.
    /// A day that a month lacks is its last one, as in billing: 31 January, 28 February, 31 March.
    /// </summary>
    public static DateTime MonthEnd(DateTime? anchor, DateTime now)
    {
        if (anchor is not { } from)
        {
            return new DateTime(now.Year, now.Month, 1, 0, 0, 0, DateTimeKind.Utc).AddMonths(1);
        }

        // From the anchor each time: adding month by month would stay on the 28th for ever.
        var months = ((now.Year - from.Year) * 12) + now.Month - from.Month;
        var end = from.AddMonths(months);
        return end > now ? end : from.AddMonths(months + 1);
    }
}
