namespace AiCredits.DemoSite.Guide;

/// <summary>An HTTP message as the guide writes it: a line, headers, an empty line, a body.</summary>
internal static class GuideMessage
{
    public static (string Line, IReadOnlyDictionary<string, string> Headers, string? Body) Parse(string text)
    {
        var parts = text.Split("\n\n", 2);
        var lines = parts[0].Split('\n');
        var headers = lines.Skip(1).Select(line => line.Split(": ", 2)).ToDictionary(header => header[0], header => header[1]);
        return (lines[0], headers, parts.ElementAtOrDefault(1));
    }
}
