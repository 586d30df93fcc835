using System.ComponentModel;
using System.Globalization;
using System.Text.Json;

namespace AiCredits.Core.Tests.Values;

public sealed class CreditsTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("0.5", 500_000)]
    [InlineData("-0.5", -500_000)]
    [InlineData("0.000001", 1)]
    [InlineData("12.345678", 12_345_678)]
    [InlineData("1.500000", 1_500_000)]
    [InlineData("1.50000000000", 1_500_000)]
    [InlineData("  7 ", 7_000_000)]
    [InlineData("+7", 7_000_000)]
    [InlineData(".5", 500_000)]
    [InlineData("9223372036854.775807", long.MaxValue)]
    [InlineData("-9223372036854.775808", long.MinValue)]
    public void Text_is_read_exactly(string text, long millionths) => Credits.Parse(text).Millionths.ShouldBe(millionths);

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("abc")]
    [InlineData("1e3")]
    [InlineData("0x10")]
    [InlineData("NaN")]
    [InlineData("1.0000001")]
    [InlineData("9223372036854.775808")]
    [InlineData("99999999999999999999999999999999")]
    [InlineData("5-")]
    [InlineData("(5)")]
    [InlineData("$5")]
    [InlineData("0,5")]
    [InlineData("1,000")]
    [InlineData("1.000,5")]
    public void Text_that_is_no_exact_amount_is_refused(string text) => Should.Throw<FormatException>(() => Credits.Parse(text));

    [Theory]
    [InlineData(0, "0")]
    [InlineData(500_000, "0.5")]
    [InlineData(-1, "-0.000001")]
    [InlineData(1_000_000, "1")]
    [InlineData(10_000_000, "10")]
    [InlineData(100_000_000_000_000, "100000000")]
    [InlineData(long.MaxValue, "9223372036854.775807")]
    [InlineData(long.MinValue, "-9223372036854.775808")]
    public void Text_is_written_exactly_without_trailing_zeros(long millionths, string text) => Credits.FromMillionths(millionths).ToString().ShouldBe(text);

    [Fact]
    public void What_is_written_reads_back()
    {
        var random = new Random(1);
        for (var round = 0; round < 20_000; round++)
        {
            var credits = Credits.FromMillionths(random.NextInt64(long.MinValue, long.MaxValue) >> random.Next(64));
            Credits.Parse(credits.ToString()).ShouldBe(credits);
            Credits.FromDecimal(credits.ToDecimal()).ShouldBe(credits);
            JsonSerializer.Deserialize<Credits>(JsonSerializer.Serialize(credits)).ShouldBe(credits);
        }
    }

    [Theory]
    [InlineData("de-DE")]
    [InlineData("ar-SA")]
    [InlineData("fa-IR")]
    public void The_culture_of_the_thread_changes_nothing(string culture)
    {
        var before = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo(culture);
        try
        {
            Credits credits = -1234.5m;
            credits.ToString().ShouldBe("-1234.5");
            $"{credits}".ShouldBe("-1234.5");
            Credits.Parse("-1234.5").ShouldBe(credits);
            JsonSerializer.Serialize(credits).ShouldBe("-1234.5");
            TypeDescriptor.GetConverter(typeof(Credits)).ConvertFrom("-1234.5").ShouldBe(credits);
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void A_culture_that_is_asked_for_is_used() => ((Credits)0.5m).ToString(null, CultureInfo.GetCultureInfo("de-DE")).ShouldBe("0,5");

    [Theory]
    [InlineData(500_000, "0.5")]
    [InlineData(1_000_000, "1")]
    [InlineData(-1, "-0.000001")]
    [InlineData(long.MaxValue, "9223372036854.775807")]
    public void Json_is_a_number(long millionths, string json)
    {
        JsonSerializer.Serialize(Credits.FromMillionths(millionths)).ShouldBe(json);
        JsonSerializer.Deserialize<Credits>(json).Millionths.ShouldBe(millionths);
    }

    [Theory]
    [InlineData("\"0.5\"")]
    [InlineData("null")]
    [InlineData("true")]
    [InlineData("{}")]
    [InlineData("0.0000001")]
    [InlineData("9223372036855")]
    [InlineData("1e400")]
    public void Json_that_is_no_exact_amount_is_refused(string json) => Should.Throw<JsonException>(() => JsonSerializer.Deserialize<Credits>(json));

    [Fact]
    public void A_json_number_with_an_exponent_is_exact() => JsonSerializer.Deserialize<Credits>("5e-1").ShouldBe(0.5m);

    [Fact]
    public void Arithmetic_is_exact_and_never_wraps()
    {
        var max = Credits.FromMillionths(long.MaxValue);
        var min = Credits.FromMillionths(long.MinValue);
        var one = Credits.FromMillionths(1);

        (((Credits)0.1m) + 0.2m).ShouldBe(0.3m);
        (((Credits)0.5m) * 3).ShouldBe(1.5m);
        (((Credits)10) / 3).ShouldBe(3);
        (-(Credits)2.5m).ShouldBe(-2.5m);
        Should.Throw<OverflowException>(() => max + one);
        Should.Throw<OverflowException>(() => min - one);
        Should.Throw<OverflowException>(() => max * 2);
        Should.Throw<OverflowException>(() => -min);
        Should.Throw<DivideByZeroException>(() => max / Credits.Zero);
    }

    [Fact]
    public void Whole_credits_convert_without_loss()
    {
        ((Credits)int.MaxValue).ToDecimal().ShouldBe(int.MaxValue);
        ((Credits)int.MinValue).ToDecimal().ShouldBe(int.MinValue);
    }

    [Fact]
    public void A_decimal_that_is_not_exact_is_refused()
    {
        Should.Throw<ArgumentOutOfRangeException>(() => Credits.FromDecimal(0.0000001m)).Message.ShouldContain("at most six decimals");
        Should.Throw<ArgumentOutOfRangeException>(() => Credits.FromDecimal(decimal.MaxValue)).Message.ShouldContain("too large");
        Should.Throw<ArgumentOutOfRangeException>(() => Credits.FromDecimal(decimal.MinValue));
    }

    [Fact]
    public void Amounts_compare_by_value()
    {
        Credits half = 0.5m;
        Credits one = 1;
        (half < one && one > half && half <= one && one >= half && half != one && one == 1.0m).ShouldBeTrue();
        Credits.Min(half, one).ShouldBe(half);
        Credits.Max(half, one).ShouldBe(one);
        one.Equals((object)(Credits)1.000m).ShouldBeTrue();
        one.GetHashCode().ShouldBe(((Credits)1.000m).GetHashCode());
        one.Equals("1").ShouldBeFalse();
        new[] { one, half, Credits.Zero }.Order().ShouldBe([Credits.Zero, half, one]);
        default(Credits).ShouldBe(Credits.Zero);
        (Credits.FromMillionths(-1).IsNegative, Credits.Zero.IsNegative, Credits.Zero.IsZero).ShouldBe((true, false, true));
    }
}
