namespace AiCredits.Analytics;

/// <summary>How long generations took, in seconds. Percentiles are within 2 % of the exact ones, the average is exact.</summary>
/// <param name="Count">How many they were.</param>
/// <param name="Average">The average; null when there are none.</param>
/// <param name="P50">Half took no longer.</param>
/// <param name="P90">90 % took no longer.</param>
/// <param name="P95">95 % took no longer.</param>
/// <param name="P99">99 % took no longer.</param>
public sealed record DurationFigures(long Count, double? Average, double? P50, double? P90, double? P95, double? P99)
{
    /// <summary>No durations.</summary>
    public static DurationFigures None { get; } = new(0, null, null, null, null, null);
}
