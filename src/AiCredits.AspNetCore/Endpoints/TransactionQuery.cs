using System.ComponentModel;
using AiCredits.Ledger;
using Microsoft.AspNetCore.Http;

namespace AiCredits.AspNetCore.Endpoints;

/// <summary>The query string of the history, as text so that a wrong value gets an answer that helps.</summary>
internal sealed record TransactionQuery
{
    [Description("How many at the most, 1 to 200. Default 50. Not used for CSV, which is the whole history.")]
    public string? Limit { get; init; }

    [Description("nextCursor of the page before.")]
    public string? Cursor { get; init; }

    [Description("Only these kinds, comma-separated: grant, capture, expire, revoke, repay, refund, transfer, hold, release. Default all but hold and release.")]
    public string? Kind { get; init; }

    [Description("Only from this time on: an ISO 8601 date or time, UTC unless it says otherwise.")]
    public string? From { get; init; }

    [Description("Only before this time: an ISO 8601 date or time, UTC unless it says otherwise.")]
    public string? To { get; init; }

    [Description("json or csv. Default what Accept asks for.")]
    public string? Format { get; init; }

    public EntryQuery Read(AccountId account, QueryFaults faults)
    {
        var query = new EntryQuery(account)
        {
            Limit = faults.Limit(Limit),
            Before = ReadCursor(faults),
            Kinds = ReadKinds(faults),
            From = faults.Time("from", From),
            To = faults.Time("to", To),
        };
        if (query.From >= query.To)
        {
            faults.Add("to", "Use a time after from.");
        }

        return query;
    }

    public bool WantsCsv(HttpRequest request, QueryFaults faults)
    {
        switch (Format)
        {
            case null or "":
                var accepted = request.GetTypedHeaders().Accept.Where(type => type.Quality is not 0).ToList();
                var csv = accepted.Find(type => type.MediaType.Equals("text/csv", StringComparison.OrdinalIgnoreCase));
                var json = accepted.Find(type => type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase));
                return csv is not null && (json is null || (csv.Quality ?? 1) >= (json.Quality ?? 1));
            case "csv":
                return true;
            case "json":
                return false;
            default:
                faults.Add("format", "Use json or csv.");
                return false;
        }
    }

    private long? ReadCursor(QueryFaults faults)
    {
        if (string.IsNullOrEmpty(Cursor))
        {
            return null;
        }

        if (Endpoints.Cursor.TryRead(Cursor, out long sequence))
        {
            return sequence;
        }

        faults.BadCursor();
        return null;
    }

    private IReadOnlyList<EntryKind> ReadKinds(QueryFaults faults)
    {
        if (string.IsNullOrEmpty(Kind))
        {
            return Transaction.DefaultKinds;
        }

        var kinds = new List<EntryKind>();
        foreach (var name in Kind.Split(',', StringSplitOptions.TrimEntries))
        {
            if (!Transaction.KindsByName.TryGetValue(name, out var kind))
            {
                faults.Add("kind", $"Use one or more of {string.Join(", ", Transaction.KindsByName.Keys)}.");
            }
            else if (!kinds.Contains(kind))
            {
                kinds.Add(kind);
            }
        }

        return kinds;
    }
}
