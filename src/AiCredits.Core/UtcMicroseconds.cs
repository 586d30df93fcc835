namespace AiCredits;

/// <summary>
/// How times are kept: whole microseconds since 1970-01-01 UTC. A 64-bit integer compares alike in every database,
/// and PostgreSQL's own resolution is the microsecond.
/// </summary>
public static class UtcMicroseconds
{
    private const long TicksPerMicrosecond = TimeSpan.TicksPerMillisecond / 1000;

    /// <summary>The microseconds of a UTC time; anything finer is cut off.</summary>
    /// <exception cref="ArgumentException">The time is not UTC.</exception>
    public static long From(DateTime utc) => utc.Kind == DateTimeKind.Utc
        ? (utc.Ticks - DateTime.UnixEpoch.Ticks) / TicksPerMicrosecond
        : throw new ArgumentException("The time must be UTC. Convert it with ToUniversalTime().", nameof(utc));

    /// <summary>The UTC time of a number of microseconds.</summary>
    public static DateTime ToDateTime(long microseconds) => new(DateTime.UnixEpoch.Ticks + (microseconds * TicksPerMicrosecond), DateTimeKind.Utc);

    /// <summary>The time now by <paramref name="clock"/>, in UTC, cut to whole microseconds.</summary>
    public static DateTime Now(TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(clock);
        return Cut(clock.GetUtcNow().UtcDateTime);
    }

    internal static DateTime Cut(DateTime utc) => new(utc.Ticks - (utc.Ticks % TicksPerMicrosecond), DateTimeKind.Utc);
}
