using System.Globalization;

namespace AiCredits.DemoSite.Guide;

/// <summary>What the call of a step is answered.</summary>
/// <param name="Status">The status code.</param>
/// <param name="Headers">Those worth looking at.</param>
/// <param name="Body">JSON; null where there is none or it is a stream.</param>
/// <param name="Text">All of it, as it is written in the guide.</param>
internal sealed record GuideAnswer(int Status, IReadOnlyDictionary<string, string> Headers, string? Body, string Text)
{
    public static GuideAnswer Parse(string text)
    {
        var (line, headers, body) = GuideMessage.Parse(text);
        return new GuideAnswer(int.Parse(line.Split(' ')[1], CultureInfo.InvariantCulture), headers, body, text);
    }
}
