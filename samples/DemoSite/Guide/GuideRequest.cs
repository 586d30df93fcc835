namespace AiCredits.DemoSite.Guide;

/// <summary>The call of a step.</summary>
/// <param name="Method">Such as <c>POST</c>.</param>
/// <param name="Path">With its query.</param>
/// <param name="Headers">Names and values.</param>
/// <param name="Body">JSON; null for none.</param>
internal sealed record GuideRequest(string Method, string Path, IReadOnlyDictionary<string, string> Headers, string? Body)
{
    public static GuideRequest Parse(string text)
    {
        var (line, headers, body) = GuideMessage.Parse(text);
        var words = line.Split(' ');
        return new GuideRequest(words[0], words[1], headers, body);
    }
}
