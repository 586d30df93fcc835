using AiCredits.Analytics;
using AiCredits.EntityFramework.Schema;

namespace AiCredits.EntityFramework.Analytics;

public sealed class StretchTests
{
    [Fact]
    public void A_period_is_made_up_of_whole_months_and_of_what_is_shorter_before_and_after()
    {
        var stretches = Stretch.Of(Utc(2026, 1, 15, 22), Utc(2026, 4, 15, 3));

        stretches.OrderBy(stretch => stretch.First).ShouldBe(
        [
            new(AnalyticsInterval.Hour, Micros(2026, 1, 15, 22), Micros(2026, 1, 16, 0)),
            new(AnalyticsInterval.Day, Micros(2026, 1, 16, 0), Micros(2026, 1, 19, 0)),
            new(AnalyticsInterval.Week, Micros(2026, 1, 19, 0), Micros(2026, 1, 26, 0)),
            new(AnalyticsInterval.Day, Micros(2026, 1, 26, 0), Micros(2026, 2, 1, 0)),
            new(AnalyticsInterval.Month, Micros(2026, 2, 1, 0), Micros(2026, 4, 1, 0)),
            new(AnalyticsInterval.Day, Micros(2026, 4, 1, 0), Micros(2026, 4, 6, 0)),
            new(AnalyticsInterval.Week, Micros(2026, 4, 6, 0), Micros(2026, 4, 13, 0)),
            new(AnalyticsInterval.Day, Micros(2026, 4, 13, 0), Micros(2026, 4, 15, 0)),
            new(AnalyticsInterval.Hour, Micros(2026, 4, 15, 0), Micros(2026, 4, 15, 3)),
        ]);
    }

    [Fact]
    public void Stretches_cover_any_period_once_in_whole_intervals()
    {
        var random = new Random(1);
        for (var attempt = 0; attempt < 1_000; attempt++)
        {
            var from = Utc(2026, 1, 1, 0).AddHours(random.Next(9_000));
            var to = from.AddHours(random.Next(1, attempt % 2 == 0 ? 100 : 9_000));

            var stretches = Stretch.Of(from, to).OrderBy(stretch => stretch.First).ToArray();

            stretches[0].First.ShouldBe(Stored.Micros(from));
            stretches[^1].End.ShouldBe(Stored.Micros(to));
            stretches.Zip(stretches.Skip(1)).ShouldAllBe(pair => pair.First.End == pair.Second.First);
            stretches.ShouldAllBe(stretch => stretch.Grain.StartOf(Stored.Time(stretch.First)) == Stored.Time(stretch.First) && stretch.Grain.StartOf(Stored.Time(stretch.End)) == Stored.Time(stretch.End));
        }
    }

    private static DateTime Utc(int year, int month, int day, int hour) => new(year, month, day, hour, 0, 0, DateTimeKind.Utc);

    private static long Micros(int year, int month, int day, int hour) => Stored.Micros(Utc(year, month, day, hour));
}
