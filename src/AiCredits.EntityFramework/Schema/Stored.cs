using System.Globalization;
using System.Text.Json;
using AiCredits.Ledger;

namespace AiCredits.EntityFramework.Schema;

/// <summary>How values stand in columns: times as UTC microseconds, lists as JSON. Every store reads and writes them here.</summary>
internal static class Stored
{
    public static long Micros(DateTime time) => UtcMicroseconds.From(time);

    public static long? Micros(DateTime? time) => time is { } value ? UtcMicroseconds.From(value) : null;

    public static DateTime Time(long micros) => UtcMicroseconds.ToDateTime(micros);

    public static DateTime? Time(long? micros) => micros is { } value ? UtcMicroseconds.ToDateTime(value) : null;

    /// <summary>Money as millionths of its currency's unit: no currency has more decimals, and SQLite has no decimal numbers.</summary>
    public static long Money(decimal amount) => checked((long)(amount * 1_000_000));

    /// <summary>The amount of millionths.</summary>
    public static decimal Money(long millionths) => millionths / 1_000_000m;

    /// <summary>The JSON of slices, <c>[[grant,millionths],...]</c>; null for none.</summary>
    public static string? Slices(IReadOnlyList<GrantSlice> slices)
    {
        if (slices.Count == 0)
        {
            return null;
        }

        // Each number takes at most 20 characters. Written and read by hand since every hold and every entry has one.
        Span<char> text = slices.Count <= 8 ? stackalloc char[(8 * 44) + 2] : new char[(slices.Count * 44) + 2];
        var length = 0;
        text[length++] = '[';
        for (var index = 0; index < slices.Count; index++)
        {
            if (index > 0)
            {
                text[length++] = ',';
            }

            text[length++] = '[';
            slices[index].GrantId.TryFormat(text[length..], out var written, default, CultureInfo.InvariantCulture);
            length += written;
            text[length++] = ',';
            slices[index].Amount.Millionths.TryFormat(text[length..], out written, default, CultureInfo.InvariantCulture);
            length += written;
            text[length++] = ']';
        }

        text[length++] = ']';
        return new string(text[..length]);
    }

    /// <summary>The slices of a JSON text; none for null.</summary>
    public static IReadOnlyList<GrantSlice> Slices(string? json)
    {
        if (json is null)
        {
            return [];
        }

        if (json is not ['[', .., ']'])
        {
            throw new FormatException($"'{json}' is no list of slices.");
        }

        // "[[1,2],[3,4]]" without its outer brackets falls into "[1,2" and ",[3,4" at each closing bracket.
        var text = json.AsSpan(1, json.Length - 2);
        var slices = new GrantSlice[text.Count(']')];
        for (var index = 0; index < slices.Length; index++)
        {
            var end = text.IndexOf(']');
            var slice = text[(text.IndexOf('[') + 1)..end];
            var comma = slice.IndexOf(',');
            slices[index] = new GrantSlice(
                long.Parse(slice[..comma], NumberStyles.Integer, CultureInfo.InvariantCulture),
                Credits.FromMillionths(long.Parse(slice[(comma + 1)..], NumberStyles.Integer, CultureInfo.InvariantCulture)));
            text = text[(end + 1)..];
        }

        return slices;
    }

    /// <summary>The JSON of model ids; null for all models.</summary>
    public static string? Models(IReadOnlyList<string> models) => models.Count == 0 ? null : JsonSerializer.Serialize(models);

    /// <summary>The model ids of a JSON text; empty, for all models, for null.</summary>
    public static IReadOnlyList<string> Models(string? json) => json is null ? [] : JsonSerializer.Deserialize<string[]>(json) ?? [];
}
