namespace AiCredits.AspNetCore.Endpoints;

/// <summary>How a whole list is sent.</summary>
internal enum ExportFormat
{
    /// <summary>RFC 4180, with a header.</summary>
    Csv,

    /// <summary>One JSON object a line.</summary>
    JsonLines,
}

/// <summary>Reads the parameter <c>format</c>.</summary>
internal static class ExportFormats
{
    /// <summary>The format of an export; null for a page.</summary>
    public static ExportFormat? Read(string? format, QueryFaults faults)
    {
        switch (format)
        {
            case null or "" or "json":
                return null;
            case "csv":
                return ExportFormat.Csv;
            case "jsonl":
                return ExportFormat.JsonLines;
            default:
                faults.Add("format", "Use json for a page, csv or jsonl for the whole list.");
                return null;
        }
    }
}
