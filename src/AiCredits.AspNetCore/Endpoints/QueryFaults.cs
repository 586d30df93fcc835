using System.Globalization;
using AiCredits.AspNetCore.Problems;
using Microsoft.AspNetCore.Http;

namespace AiCredits.AspNetCore.Endpoints;

/// <summary>Reads query parameters and collects what is wrong with them, so that one answer names all faults.</summary>
internal sealed class QueryFaults
{
    private static readonly string[] TimeFormats =
    [
        "yyyy-MM-dd",
        "yyyy-MM-dd'T'HH:mmK",
        "yyyy-MM-dd'T'HH:mm:ssK",
        "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK",
    ];

    private readonly Dictionary<string, string> faults = new(StringComparer.Ordinal);

    public bool Any => faults.Count > 0;

    public void Add(string parameter, string fix) => faults[parameter] = fix;

    public int Limit(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return Page<object>.DefaultSize;
        }

        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) && limit is >= 1 and <= Page<object>.MaxSize)
        {
            return limit;
        }

        Add("limit", $"Use a whole number from 1 to {Page<object>.MaxSize}.");
        return Page<object>.DefaultSize;
    }

    /// <summary>Comma-separated names of enum members; none for an empty text.</summary>
    public IReadOnlyList<TEnum> Names<TEnum>(string parameter, string? text)
        where TEnum : struct, Enum
    {
        if (string.IsNullOrEmpty(text))
        {
            return [];
        }

        var byName = Enum.GetValues<TEnum>().ToDictionary(JsonName.Of, StringComparer.OrdinalIgnoreCase);
        var names = text.Split(',', StringSplitOptions.TrimEntries);
        if (names.Any(name => !byName.ContainsKey(name)))
        {
            Add(parameter, $"Use one or more of {string.Join(", ", byName.Keys)}.");
            return [];
        }

        return [.. names.Select(name => byName[name]).Distinct()];
    }

    public DateTime? Time(string parameter, string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        // A plus sign that was not escaped arrives as a space.
        if (DateTimeOffset.TryParseExact(text.Replace(' ', '+'), TimeFormats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time))
        {
            return time.UtcDateTime;
        }

        Add(parameter, "Use an ISO 8601 date or time, such as 2026-11-01 or 2026-11-01T12:00:00Z.");
        return null;
    }

    /// <summary>The account of an id; a default one, and a fault, when there can be none of that id.</summary>
    public AccountId Account(string parameter, string? id)
    {
        try
        {
            return new AccountId(id ?? "");
        }
        catch (ArgumentException exception)
        {
            Add(parameter, exception.Message);
            return default;
        }
    }

    public void BadCursor() => Add("cursor", "Use nextCursor of the page before as it is, or leave it out for the first page.");

    public IResult ToResult(HttpContext context, CreditProblems problems) => problems.BadRequest(
        context,
        "invalid-query",
        "The query can't be answered",
        string.Join(' ', faults.Select(fault => $"{fault.Key}: {fault.Value}")),
        ("errors", faults));
}
