using System.Text.RegularExpressions;

namespace AiCredits.DemoSite.Guide;

/// <summary>
/// A step of the API guide. Each is a Markdown file of this folder with a title, some text, the call, its answer, and
/// code; the tests compile the C#, run the JavaScript and the curl lines, and compare the answers with the site's own.
/// </summary>
/// <param name="Id">Its name, which is also where a link can point.</param>
/// <param name="Title">The question it answers.</param>
/// <param name="Text">What to know; words between backticks are code.</param>
/// <param name="Request">The call; null where there is none.</param>
/// <param name="Answer">What it is answered.</param>
/// <param name="Code">One for each language.</param>
internal sealed partial record GuideStep(string Id, string Title, string Text, GuideRequest? Request, GuideAnswer? Answer, IReadOnlyList<GuideCode> Code)
{
    /// <summary>The address that curl lines are written with.</summary>
    public const string Origin = "http://localhost:5080";

    public static readonly IReadOnlyList<GuideStep> All =
    [
        .. typeof(GuideStep).Assembly.GetManifestResourceNames()
            .Where(name => name.EndsWith(".md", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(Read),
    ];

    private static GuideStep Read(string name)
    {
        using var reader = new StreamReader(typeof(GuideStep).Assembly.GetManifestResourceStream(name)!);
        // "AiCredits.DemoSite.Guide.02-balance.md"
        return Parse(name.Split('.')[^2][3..], reader.ReadToEnd());
    }

    private static GuideStep Parse(string id, string markdown)
    {
        var blocks = Block().Matches(markdown).Select(match => (Language: match.Groups["language"].Value, Text: match.Groups["text"].Value)).ToList();
        var messages = blocks.Where(block => block.Language == "http").Select(block => block.Text).ToList();
        var head = markdown[..markdown.IndexOf("\n```", StringComparison.Ordinal)].Split('\n', 2);
        return new GuideStep(
            id,
            head[0].TrimStart('#', ' '),
            Comment().Replace(head[1], "").Trim(),
            messages.Count > 0 ? GuideRequest.Parse(messages[0]) : null,
            messages.Count > 1 ? GuideAnswer.Parse(messages[1]) : null,
            [.. blocks.Where(block => block.Language != "http").Select(block => new GuideCode(block.Language, block.Text))]);
    }

    [GeneratedRegex("^```(?<language>\\w+)\n(?<text>.*?)\n```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex("<!--.*?-->")]
    private static partial Regex Comment();
}
