using System.Text.RegularExpressions;

namespace AiCredits.Architecture;

/// <summary>Every error code is explained in docs/errors.md, once, and nothing is explained that no longer exists.</summary>
public sealed partial class ErrorCodeTests
{
    private static readonly string Page = Path.Combine(Repository.Root, "docs", "errors.md");

    [Fact]
    public void Every_code_in_the_sources_has_one_heading_and_every_heading_a_code()
    {
        var used = Repository.FilesUnder(Path.Combine(Repository.Root, "src"), "*.cs")
            .SelectMany(file => Code().Matches(File.ReadAllText(file)))
            .Select(match => match.Value)
            .Distinct()
            .Order();
        var documented = Heading().Matches(File.ReadAllText(Page)).Select(match => match.Groups["code"].Value).Order();

        documented.ShouldBe(used, "docs/errors.md has one heading '## AIC1234' for each code that src/ uses.");
    }

    [GeneratedRegex(@"\bAIC\d{4}\b")]
    private static partial Regex Code();

    [GeneratedRegex(@"^## (?<code>AIC\d{4})\b", RegexOptions.Multiline)]
    private static partial Regex Heading();
}
