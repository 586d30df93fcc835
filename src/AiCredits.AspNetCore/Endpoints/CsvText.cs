namespace AiCredits.AspNetCore.Endpoints;

/// <summary>Text as a field of CSV (RFC 4180).</summary>
internal static class CsvText
{
    // A spreadsheet runs text that starts like a formula; an apostrophe before it makes it plain text.
    public static string Field(string value)
    {
        var safe = value.Length > 0 && value[0] is '=' or '+' or '-' or '@' or '\t' or '\r' or '\n' ? "'" + value : value;
        return safe.AsSpan().ContainsAny(",\"\r\n") ? $"\"{safe.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : safe;
    }
}
