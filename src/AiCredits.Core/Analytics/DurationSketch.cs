namespace AiCredits.Analytics;

/// <summary>
/// Counts durations in bins that grow by a constant factor, so that any percentile read back is off by at most
/// <see cref="RelativeError"/> of its value, and sketches of parts add up to the sketch of the whole.
/// </summary>
/// <remarks>Not thread-safe. The bins are stored: never change the factor. Durations below 1 millisecond count as 1 millisecond.</remarks>
public sealed class DurationSketch
{
    /// <summary>The largest error of a percentile, as a part of its value.</summary>
    public const double RelativeError = 0.02;

    // A value in a bin lies between factor^(bin-1) and factor^bin milliseconds; its middle 2 factor^bin / (factor + 1) is at
    // most RelativeError away from either end.
    private const double Factor = (1 + RelativeError) / (1 - RelativeError);
    private static readonly double LogFactor = Math.Log(Factor);

    private readonly SortedDictionary<int, long> bins = [];
    private long count;
    private long micros;

    /// <summary>The bin that a duration counts in.</summary>
    public static int BinOf(TimeSpan duration) =>
        duration.TotalMilliseconds <= 1 ? 0 : (int)Math.Ceiling(Math.Log(duration.TotalMilliseconds) / LogFactor);

    /// <summary>Adds one duration.</summary>
    public void Add(TimeSpan duration) => Add(BinOf(duration), 1, duration.Ticks / TimeSpan.TicksPerMicrosecond);

    /// <summary>Adds what a bin has counted.</summary>
    /// <param name="bin">The bin.</param>
    /// <param name="times">How many durations.</param>
    /// <param name="sum">Their sum, in microseconds.</param>
    public void Add(int bin, long times, long sum)
    {
        bins[bin] = bins.GetValueOrDefault(bin) + times;
        count += times;
        micros += sum;
    }

    /// <summary>The figures of what was added.</summary>
    public DurationFigures ToFigures() => count == 0
        ? DurationFigures.None
        : new DurationFigures(count, micros / 1e6 / count, Percentile(0.50), Percentile(0.90), Percentile(0.95), Percentile(0.99));

    /// <summary>The duration, in seconds, that a part of all took no longer than: that of rank <c>ceil(part * count)</c>.</summary>
    public double? Percentile(double part)
    {
        var rank = Math.Max(1, (long)Math.Ceiling(part * count));
        foreach (var (bin, times) in bins)
        {
            rank -= times;
            if (rank <= 0)
            {
                return 2 * Math.Pow(Factor, bin) / (Factor + 1) / 1_000;
            }
        }

        return null;
    }
}
