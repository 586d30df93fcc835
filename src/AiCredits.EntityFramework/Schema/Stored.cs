using System.Globalization;
using System.Text;
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

    /// <summary>The JSON of slices, <c>[[grant,millionths],...]</c>; null for none.</summary>
    public static string? Slices(IReadOnlyList<GrantSlice> slices)
    {
        if (slices.Count == 0)
        {
            return null;
        }

        var builder = new StringBuilder(slices.Count * 24).Append('[');
        for (var index = 0; index < slices.Count; index++)
        {
            builder.Append(index == 0 ? "[" : ",[")
                .Append(CultureInfo.InvariantCulture, $"{slices[index].GrantId},{slices[index].Amount.Millionths}")
                .Append(']');
        }

        return builder.Append(']').ToString();
    }

    /// <summary>The slices of a JSON text; none for null.</summary>
    public static IReadOnlyList<GrantSlice> Slices(string? json)
    {
        if (json is null)
        {
            return [];
        }

        using var document = JsonDocument.Parse(json);
        return [.. document.RootElement.EnumerateArray().Select(slice => new GrantSlice(slice[0].GetInt64(), Credits.FromMillionths(slice[1].GetInt64())))];
    }

    /// <summary>The JSON of model ids; null for all models.</summary>
    public static string? Models(IReadOnlyList<string> models) => models.Count == 0 ? null : JsonSerializer.Serialize(models);

    /// <summary>The model ids of a JSON text; empty, for all models, for null.</summary>
    public static IReadOnlyList<string> Models(string? json) => json is null ? [] : JsonSerializer.Deserialize<string[]>(json) ?? [];
}
