using Microsoft.Extensions.Time.Testing;

namespace AiCredits.Core.Tests.Values;

public sealed class UtcMicrosecondsTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(-1)]
    [InlineData(1_793_534_400_123_456)]
    [InlineData(253_402_300_799_999_999)]
    [InlineData(-62_135_596_800_000_000)]
    public void Times_come_back_as_they_were(long microseconds)
    {
        var time = UtcMicroseconds.ToDateTime(microseconds);

        time.Kind.ShouldBe(DateTimeKind.Utc);
        UtcMicroseconds.From(time).ShouldBe(microseconds);
    }

    [Fact]
    public void A_time_is_counted_from_1970() => UtcMicroseconds.From(new DateTime(1970, 1, 1, 0, 0, 1, DateTimeKind.Utc)).ShouldBe(1_000_000);

    [Theory]
    [InlineData(DateTimeKind.Local)]
    [InlineData(DateTimeKind.Unspecified)]
    public void A_time_that_is_not_utc_is_refused(DateTimeKind kind) =>
        Should.Throw<ArgumentException>(() => UtcMicroseconds.From(new DateTime(2026, 1, 1, 0, 0, 0, kind))).Message.ShouldContain("ToUniversalTime");

    [Fact]
    public void Now_is_cut_to_whole_microseconds()
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 11, 1, 12, 0, 0, TimeSpan.Zero).AddTicks(19));

        UtcMicroseconds.Now(clock).ShouldBe(new DateTime(2026, 11, 1, 12, 0, 0, DateTimeKind.Utc).AddTicks(10));
    }
}
