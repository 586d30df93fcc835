using System.ComponentModel;
using System.Globalization;
using System.Text.Json.Serialization;

namespace AiCredits;

/// <summary>
/// An exact amount of credits, counted in millionths of one credit. Arithmetic is checked: an overflow throws
/// <see cref="OverflowException"/> and never wraps. The value may be negative (a change of a balance can be).
/// </summary>
/// <remarks>Immutable and safe to share between threads. The default value is <see cref="Zero"/>.</remarks>
[TypeConverter(typeof(CreditsTypeConverter))]
[JsonConverter(typeof(CreditsJsonConverter))]
public readonly struct Credits : IEquatable<Credits>, IComparable<Credits>, IFormattable
{
    /// <summary>How many millionths make one credit.</summary>
    public const long MillionthsPerCredit = 1_000_000;

    private const NumberStyles Style = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite;

    /// <summary>No credits.</summary>
    public static readonly Credits Zero;

    private Credits(long millionths) => Millionths = millionths;

    /// <summary>The amount in millionths of a credit.</summary>
    public long Millionths { get; }

    /// <summary>True when the amount is exactly zero.</summary>
    public bool IsZero => Millionths == 0;

    /// <summary>True when the amount is below zero.</summary>
    public bool IsNegative => Millionths < 0;

    /// <summary>An amount from its millionths.</summary>
    public static Credits FromMillionths(long millionths) => new(millionths);

    /// <summary>An amount from a decimal number of credits.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value has more than six decimals or is too large.</exception>
    public static Credits FromDecimal(decimal credits)
    {
        decimal scaled;
        try
        {
            scaled = credits * MillionthsPerCredit;
        }
        catch (OverflowException)
        {
            scaled = decimal.MaxValue;
        }

        if (scaled is > long.MaxValue or < long.MinValue)
        {
            throw new ArgumentOutOfRangeException(nameof(credits), credits, "The amount is too large to be counted in millionths of a credit. Use a smaller amount.");
        }

        var millionths = decimal.ToInt64(scaled);
        return millionths == scaled
            ? new Credits(millionths)
            : throw new ArgumentOutOfRangeException(nameof(credits), credits, "Credits are exact to one millionth. Use at most six decimals.");
    }

    /// <summary>The amount as a decimal number of credits, without trailing zeros.</summary>
    public decimal ToDecimal()
    {
        // Dividing by the scale with 28 digits strips trailing zeros, so that 0.5 prints as 0.5 and not as 0.500000.
        return new decimal(Millionths) / MillionthsPerCredit;
    }

    /// <summary>Reads an amount such as <c>0.5</c> (invariant culture). A comma is refused: it is a decimal sign to some and a separator of thousands to others.</summary>
    /// <exception cref="FormatException">The text is not a number with at most six decimals.</exception>
    public static Credits Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (!decimal.TryParse(text, Style, CultureInfo.InvariantCulture, out var value))
        {
            throw new FormatException($"'{text}' is not an amount of credits. Use a number such as 0.5.");
        }

        try
        {
            return FromDecimal(value);
        }
        catch (ArgumentOutOfRangeException exception)
        {
            throw new FormatException($"'{text}' is not an amount of credits. {exception.Message}", exception);
        }
    }

    /// <summary>The smaller of two amounts.</summary>
    public static Credits Min(Credits left, Credits right) => left <= right ? left : right;

    /// <summary>The larger of two amounts.</summary>
    public static Credits Max(Credits left, Credits right) => left >= right ? left : right;

    /// <summary>Adds two amounts.</summary>
    public static Credits operator +(Credits left, Credits right) => new(checked(left.Millionths + right.Millionths));

    /// <summary>Subtracts an amount.</summary>
    public static Credits operator -(Credits left, Credits right) => new(checked(left.Millionths - right.Millionths));

    /// <summary>The amount with its sign turned.</summary>
    public static Credits operator -(Credits value) => new(checked(-value.Millionths));

    /// <summary>The amount taken a whole number of times.</summary>
    public static Credits operator *(Credits value, long count) => new(checked(value.Millionths * count));

    /// <summary>Whole number of times that <paramref name="divisor"/> fits into <paramref name="value"/>.</summary>
    public static long operator /(Credits value, Credits divisor) => value.Millionths / divisor.Millionths;

    /// <summary>Compares two amounts.</summary>
    public static bool operator ==(Credits left, Credits right) => left.Millionths == right.Millionths;

    /// <summary>Compares two amounts.</summary>
    public static bool operator !=(Credits left, Credits right) => left.Millionths != right.Millionths;

    /// <summary>Compares two amounts.</summary>
    public static bool operator <(Credits left, Credits right) => left.Millionths < right.Millionths;

    /// <summary>Compares two amounts.</summary>
    public static bool operator >(Credits left, Credits right) => left.Millionths > right.Millionths;

    /// <summary>Compares two amounts.</summary>
    public static bool operator <=(Credits left, Credits right) => left.Millionths <= right.Millionths;

    /// <summary>Compares two amounts.</summary>
    public static bool operator >=(Credits left, Credits right) => left.Millionths >= right.Millionths;

    /// <summary>Whole credits convert without loss.</summary>
    public static implicit operator Credits(int credits) => new(credits * MillionthsPerCredit);

    /// <summary>Decimal credits convert exactly or throw, see <see cref="FromDecimal"/>.</summary>
    public static implicit operator Credits(decimal credits) => FromDecimal(credits);

    /// <inheritdoc />
    public bool Equals(Credits other) => Millionths == other.Millionths;

    /// <inheritdoc />
    public override bool Equals(object? obj) => obj is Credits other && Equals(other);

    /// <inheritdoc />
    public override int GetHashCode() => Millionths.GetHashCode();

    /// <inheritdoc />
    public int CompareTo(Credits other) => Millionths.CompareTo(other.Millionths);

    /// <summary>The amount in credits, invariant culture, without trailing zeros: <c>0.5</c>.</summary>
    public override string ToString() => ToString(null, CultureInfo.InvariantCulture);

    /// <inheritdoc />
    public string ToString(string? format, IFormatProvider? formatProvider) => ToDecimal().ToString(format ?? "0.######", formatProvider ?? CultureInfo.InvariantCulture);
}
