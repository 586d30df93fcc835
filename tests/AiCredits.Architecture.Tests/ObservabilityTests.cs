using System.Text.Json;
using System.Text.RegularExpressions;

namespace AiCredits.Architecture;

/// <summary>docs/observability.md names every instrument and activity that the sources make, once, and nothing that they don't; the example dashboard asks for these only.</summary>
public sealed partial class ObservabilityTests
{
    private static readonly string Page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "observability.md"));

    private static readonly string[] Sources = [.. Repository.FilesUnder(Path.Combine(Repository.Root, "src"), "*.cs").Select(File.ReadAllText)];

    private static string[] Instruments => [.. Sources.SelectMany(text => Instrument().Matches(text)).Select(match => match.Groups["name"].Value).Distinct().Order(StringComparer.Ordinal)];

    [Fact]
    public void Every_instrument_has_one_row()
    {
        Instruments.Length.ShouldBeGreaterThan(10);
        Row().Matches(Page).Select(match => match.Groups["name"].Value).Where(name => name is not ("aicredits.hold" or "aicredits.settle")).Order(StringComparer.Ordinal).ShouldBe(Instruments);
    }

    [Fact]
    public void Every_activity_and_its_tags_are_named()
    {
        var activities = Sources.Single(text => text.Contains("class CreditActivities", StringComparison.Ordinal));
        foreach (var name in Activity().Matches(activities).Select(match => match.Groups["name"].Value))
        {
            Page.ShouldContain($"| `{name}` |");
        }

        foreach (var tag in Sources.SelectMany(text => Tag().Matches(text)).Select(match => match.Groups["name"].Value).Distinct())
        {
            Page.ShouldContain($"`{tag}`");
        }
    }

    [Fact]
    public void The_example_dashboard_asks_for_what_there_is()
    {
        using var dashboard = JsonDocument.Parse(File.ReadAllText(Path.Combine(Repository.Root, "docs", "grafana-dashboard.json")));
        var known = Instruments.Select(name => name.Replace('.', '_')).ToArray();
        var queries = dashboard.RootElement.GetProperty("panels").EnumerateArray().SelectMany(panel => panel.GetProperty("targets").EnumerateArray()).Select(target => target.GetProperty("expr").GetString()!).ToArray();

        queries.Length.ShouldBeGreaterThan(8);
        foreach (var metric in queries.SelectMany(query => Metric().Matches(query)).Select(match => Suffix().Replace(match.Value, "")))
        {
            known.ShouldContain(metric);
        }
    }

    [GeneratedRegex(@"Create(?:Counter|UpDownCounter|Histogram|ObservableGauge|Gauge)(?:<\w+>)?\(""(?<name>aicredits[\w.]+)""")]
    private static partial Regex Instrument();

    [GeneratedRegex(@"Start\(""(?<name>aicredits\.\w+)""")]
    private static partial Regex Activity();

    [GeneratedRegex(@"SetTag\(""(?<name>aicredits\.\w+)""")]
    private static partial Regex Tag();

    [GeneratedRegex(@"^\| `(?<name>aicredits[\w.]+)` \|", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex(@"aicredits_\w+")]
    private static partial Regex Metric();

    // What Prometheus adds for the unit and the kind.
    [GeneratedRegex("(_seconds)?(_bucket|_total|_count|_sum)?$")]
    private static partial Regex Suffix();
}
