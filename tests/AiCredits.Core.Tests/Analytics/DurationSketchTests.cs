using CsCheck;

namespace AiCredits.Analytics;

public sealed class DurationSketchTests
{
    private static readonly Gen<TimeSpan[]> Durations = Gen.Int[1, 300].SelectMany(count => Gen.OneOf(
        Gen.Double[0.001, 0.1], Gen.Double[0.1, 60], Gen.Double[60, 2_592_000]).Select(seconds => TimeSpan.FromSeconds(seconds)).Array[count]);

    [Fact]
    public void A_percentile_is_within_two_percent_of_the_exact_one() => Durations.Sample(durations =>
    {
        var sketch = new DurationSketch();
        foreach (var duration in durations)
        {
            sketch.Add(duration);
        }

        var sorted = durations.Order().ToArray();
        foreach (var part in new[] { 0.01, 0.5, 0.9, 0.95, 0.99, 1 })
        {
            var exact = sorted[(int)Math.Ceiling(part * sorted.Length) - 1].TotalSeconds;
            sketch.Percentile(part)!.Value.ShouldBe(exact, (exact * DurationSketch.RelativeError) + 1e-9);
        }

        sketch.ToFigures().Average!.Value.ShouldBe(durations.Average(duration => Math.Floor(duration.TotalMicroseconds)) / 1e6, 1e-6);
    });

    [Fact]
    public void Sketches_of_parts_add_up_to_the_sketch_of_the_whole() => Gen.Select(Durations, Durations).Sample((first, second) =>
    {
        var (whole, added) = (new DurationSketch(), new DurationSketch());
        foreach (var duration in first.Concat(second))
        {
            whole.Add(duration);
            added.Add(DurationSketch.BinOf(duration), 1, duration.Ticks / TimeSpan.TicksPerMicrosecond);
        }

        added.ToFigures().ShouldBe(whole.ToFigures());
    });

    [Fact]
    public void Nothing_has_no_percentile()
    {
        new DurationSketch().ToFigures().ShouldBe(DurationFigures.None);
        new DurationSketch().Percentile(0.5).ShouldBeNull();
    }

    [Theory]
    [InlineData(AnalyticsInterval.Hour, "2026-11-26T13:59:59.999999Z", "2026-11-26T13:00:00Z", "2026-11-26T14:00:00Z")]
    [InlineData(AnalyticsInterval.Day, "2026-02-28T23:00:00Z", "2026-02-28T00:00:00Z", "2026-03-01T00:00:00Z")]
    [InlineData(AnalyticsInterval.Week, "2026-11-29T23:59:00Z", "2026-11-23T00:00:00Z", "2026-11-30T00:00:00Z")]
    [InlineData(AnalyticsInterval.Week, "2026-11-30T00:00:00Z", "2026-11-30T00:00:00Z", "2026-12-07T00:00:00Z")]
    [InlineData(AnalyticsInterval.Month, "2024-02-29T12:00:00Z", "2024-02-01T00:00:00Z", "2024-03-01T00:00:00Z")]
    public void Intervals_start_where_the_calendar_says(AnalyticsInterval interval, string time, string start, string next)
    {
        interval.StartOf(Utc(time)).ShouldBe(Utc(start));
        interval.Next(Utc(start)).ShouldBe(Utc(next));
        interval.StartOf(Utc(time)).Kind.ShouldBe(DateTimeKind.Utc);
    }

    private static DateTime Utc(string text) => DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture).UtcDateTime;
}
