using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace AiCredits.Architecture;

/// <summary>A C# block of a Markdown page, with the marker comment that may stand before it.</summary>
internal sealed partial record CodeBlock(string Page, int Line, string Marker, string Code)
{
    // What the Web SDK's ImplicitUsings gives a program.
    private const string ImplicitUsings =
        """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Net.Http;
        global using System.Net.Http.Json;
        global using System.Threading;
        global using System.Threading.Tasks;
        global using Microsoft.AspNetCore.Builder;
        global using Microsoft.AspNetCore.Hosting;
        global using Microsoft.AspNetCore.Http;
        global using Microsoft.AspNetCore.Routing;
        global using Microsoft.Extensions.Configuration;
        global using Microsoft.Extensions.DependencyInjection;
        global using Microsoft.Extensions.Hosting;
        global using Microsoft.Extensions.Logging;
        """;

    // A fragment stands in the middle of a page that has said 'using AiCredits;' before.
    private const string FragmentUsings = "global using AiCredits;";

    private static readonly CSharpParseOptions ParseOptions = new(LanguageVersion.Latest);

    private static readonly (string Type, string Name)[] Given = [("WebApplicationBuilder", "builder"), ("WebApplication", "app")];

    private static readonly Lazy<IReadOnlyList<MetadataReference>> References = new(() =>
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
            .Split(Path.PathSeparator)
            .Select(file => MetadataReference.CreateFromFile(file)),
    ]);

    public static IEnumerable<CodeBlock> ReadAll(string page, string markdown)
    {
        var lines = markdown.ReplaceLineEndings("\n").Split('\n');
        var marker = "";
        for (var i = 0; i < lines.Length; i++)
        {
            if (MarkerLine().Match(lines[i]) is { Success: true } found)
            {
                marker = found.Groups["marker"].Value.Trim();
            }
            else if (Fence().Match(lines[i]) is { Success: true } fence)
            {
                var first = i + 1;
                var indent = fence.Groups["indent"].Value;
                var code = new StringBuilder();
                for (i = first; i < lines.Length && lines[i].Trim() != fence.Groups["fence"].Value; i++)
                {
                    code.Append(lines[i].StartsWith(indent, StringComparison.Ordinal) ? lines[i][indent.Length..] : lines[i]).Append('\n');
                }

                if (fence.Groups["language"].Value.ToLowerInvariant() is "csharp" or "cs" or "c#")
                {
                    yield return new CodeBlock(page, first + 1, marker, code.ToString());
                }

                marker = "";
            }
            else if (!string.IsNullOrWhiteSpace(lines[i]))
            {
                marker = "";
            }
        }
    }

    /// <summary>The faults of the block; none when it compiles or is skipped for a reason.</summary>
    public IReadOnlyList<string> Compile()
    {
        var (word, rest) = Marker.Split(' ', 2, StringSplitOptions.TrimEntries) is [var first, var more] ? (first, more) : (Marker, "");
        return (word, rest) switch
        {
            ("skip", "") => [Fault("a skipped block needs a reason: <!-- compile: skip why -->")],
            ("skip", _) => [],
            ("", "") => Compile(Fragment([])),
            ("with", not "") => Compile(Fragment(ParseNames(rest))),
            ("members", "") => Compile([ImplicitUsings, FragmentUsings, Members()]),
            ("program", "") => Compile([ImplicitUsings, At(Line) + Code]),
            _ => [Fault($"'{Marker}' is not a marker: use program, members, with TYPE NAME, or skip REASON")],
        };
    }

    private static List<(string Type, string Name)> ParseNames(string list) =>
    [
        // A comma between angle brackets belongs to a type.
        .. NameSeparator().Split(list).Select(item => (item[..item.LastIndexOf(' ')], item[(item.LastIndexOf(' ') + 1)..])),
    ];

    private static string At(int line) => string.Create(CultureInfo.InvariantCulture, $"#line {line}\n");

    private List<string> Compile(IEnumerable<string> sources)
    {
        var trees = sources.Select(source => CSharpSyntaxTree.ParseText(source, ParseOptions)).ToList();
        var isProgram = trees.Any(tree => tree.GetCompilationUnitRoot().Members.Any(member => member is GlobalStatementSyntax));
        var compilation = CSharpCompilation.Create(
            "Documentation",
            trees,
            References.Value,
            new CSharpCompilationOptions(
                isProgram ? OutputKind.ConsoleApplication : OutputKind.DynamicallyLinkedLibrary,
                nullableContextOptions: NullableContextOptions.Enable));
        return
        [
            .. compilation.GetDiagnostics()
                .Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error)
                .Select(diagnostic => string.Create(
                    CultureInfo.InvariantCulture,
                    $"{Page}({diagnostic.Location.GetMappedLineSpan().StartLinePosition.Line + 1}): {diagnostic.Id} {diagnostic.GetMessage(CultureInfo.InvariantCulture)}")),
        ];
    }

    private IEnumerable<string> Fragment(List<(string Type, string Name)> names)
    {
        var unit = CSharpSyntaxTree.ParseText(Code, ParseOptions).GetCompilationUnitRoot();
        if (!unit.Members.Any(member => member is GlobalStatementSyntax))
        {
            return [ImplicitUsings, FragmentUsings, At(Line) + Code];
        }

        // What the block names without declaring it is declared for it; nothing of this ever runs.
        var declared = unit.DescendantNodes().OfType<VariableDeclaratorSyntax>().Select(variable => variable.Identifier.Text).ToHashSet();
        var named = unit.DescendantNodes().OfType<IdentifierNameSyntax>().Select(name => name.Identifier.Text).ToHashSet();
        var prelude = string.Concat(names
            .Concat(Given.Where(given => named.Contains(given.Name) && !declared.Contains(given.Name)))
            .Select(name => $"{name.Type} {name.Name} = default!;\n"));

        // Usings come before the first statement.
        var start = unit.Usings.LastOrDefault()?.FullSpan.End ?? 0;
        var lines = Code[..start].Count(character => character == '\n');
        return [ImplicitUsings, FragmentUsings, At(Line) + Code[..start] + "\n" + prelude + At(Line + lines) + Code[start..]];
    }

    private string Members()
    {
        var unit = CSharpSyntaxTree.ParseText(Code, ParseOptions).GetCompilationUnitRoot();
        var start = unit.Usings.LastOrDefault()?.FullSpan.End ?? 0;
        var lines = Code[..start].Count(character => character == '\n');
        return At(Line) + Code[..start] + "\npartial class Documentation\n{\n" + At(Line + lines) + Code[start..] + "\n}\n";
    }

    private string Fault(string message) => string.Create(CultureInfo.InvariantCulture, $"{Page}({Line}): {message}");

    [GeneratedRegex(@"^\s*<!--\s*compile:(?<marker>.*?)-->\s*$")]
    private static partial Regex MarkerLine();

    [GeneratedRegex(@"^(?<indent>\s*)(?<fence>`{3,}|~{3,})\s*(?<language>[^\s`]*)")]
    private static partial Regex Fence();

    [GeneratedRegex(@",\s*(?![^<]*>)")]
    private static partial Regex NameSeparator();
}
