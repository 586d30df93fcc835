using System.Text;
using System.Text.RegularExpressions;

namespace AiCredits.AspNetCore.Components;

/// <summary>
/// Joins the modules of the web components into one, so that a page asks once: each module after those it imports, without
/// its import lines, comments and indentation. The modules keep to one form of import and export, and two of them can't
/// declare the same name: the joined module would not even parse.
/// </summary>
internal static partial class UiBundle
{
    /// <summary>The module without comments and indentation.</summary>
    public static string Tidy(string text) => Indentation().Replace(Comment().Replace(text.ReplaceLineEndings("\n"), ""), "");

    public static string Join(string entry, Func<string, string> read)
    {
        var bundle = new StringBuilder();
        var exported = new List<string>();
        Add(entry, read, [], bundle, exported, isEntry: true);
        return bundle.Append("export { ").AppendJoin(", ", exported).Append(" };\n").ToString();
    }

    private static void Add(string module, Func<string, string> read, HashSet<string> added, StringBuilder bundle, List<string> exported, bool isEntry)
    {
        if (!added.Add(module))
        {
            return;
        }

        var text = Comment().Replace(read(module).ReplaceLineEndings("\n"), "");
        foreach (Match import in Import().Matches(text))
        {
            Add(import.Groups["module"].Value, read, added, bundle, exported, isEntry: false);
        }

        text = Import().Replace(text, "");
        text = ExportList().Replace(text, list =>
        {
            exported.AddRange(list.Groups["names"].Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));
            return "";
        });
        text = Export().Replace(text, export =>
        {
            if (isEntry)
            {
                exported.Add(export.Groups["name"].Value);
            }

            return export.Groups["declaration"].Value;
        });
        text = Style().Replace(text, style => style.Groups["start"].Value + Css(style.Groups["css"].Value) + "`");
        text = ShortenPrivateNames(text);
        text = Operator().Replace(Indentation().Replace(text, ""), "$1");
        if (LeftOver().Match(text) is { Success: true } left)
        {
            throw new InvalidOperationException($"{module} has an import or export of another form: {left.Value}");
        }

        bundle.Append(text);
    }

    /// <summary>A style sheet without the spaces that are there for those who read it.</summary>
    public static string Css(string css) => CssSpace().Replace(CssPunctuation().Replace(CssComment().Replace(css, ""), "$1"), " ").Replace(": ", ":", StringComparison.Ordinal).Replace(";}", "}", StringComparison.Ordinal).Trim();

    [GeneratedRegex(@"^import \{[^}]*\} from ""\./(?<module>[\w.-]+)"";\n", RegexOptions.Multiline)]
    private static partial Regex Import();

    [GeneratedRegex(@"^export \{(?<names>[^}]*)\};\n", RegexOptions.Multiline)]
    private static partial Regex ExportList();

    [GeneratedRegex(@"^export (?<declaration>(?:const|let|class|function|async function) (?<name>\w+))", RegexOptions.Multiline)]
    private static partial Regex Export();

    // Whole lines only: what looks like a comment within a line may be text.
    [GeneratedRegex(@"^[ \t]*(?:/\*\*(?:[^*]|\*(?!/))*\*/|//[^\n]*)[ \t]*\n", RegexOptions.Multiline)]
    private static partial Regex Comment();

    // A private name means something in its own class only, and a # stands before it wherever it is used.
    private static string ShortenPrivateNames(string text)
    {
        var names = PrivateDeclaration().Matches(text).Select(match => match.Groups["name"].Value).Distinct().ToList();
        return PrivateName().Replace(text, match => names.IndexOf(match.Groups["name"].Value) is var index and >= 0 ? "#" + Short(index) : match.Value);
    }

    private static string Short(int index) => index < 26 ? ((char)('a' + index)).ToString() : "a" + Short(index - 26);

    [GeneratedRegex(@"^(?:  )?(?:async )?#(?<name>[a-z]\w*)", RegexOptions.Multiline)]
    private static partial Regex PrivateDeclaration();

    [GeneratedRegex(@"(?<=[\s.!(]|^)#(?<name>[a-z]\w*)", RegexOptions.Multiline)]
    private static partial Regex PrivateName();

    // What no text that people read has in it.
    [GeneratedRegex(@" (=>|===|!==|&&|\|\||\?\?|[})]) ?|(?<=[{(]) (?=\S)")]
    private static partial Regex Operator();

    [GeneratedRegex(@"(?<start>[sS]tyle = `)(?<css>[^`]*)`")]
    private static partial Regex Style();

    [GeneratedRegex(@"/\*[^*]*\*/")]
    private static partial Regex CssComment();

    [GeneratedRegex(@"\s*([{};,>])\s*")]
    private static partial Regex CssPunctuation();

    [GeneratedRegex(@"\s+")]
    private static partial Regex CssSpace();

    [GeneratedRegex(@"^[ \t\n]+", RegexOptions.Multiline)]
    private static partial Regex Indentation();

    [GeneratedRegex(@"^(?:import|export)\b[^(\n]*$", RegexOptions.Multiline)]
    private static partial Regex LeftOver();
}
