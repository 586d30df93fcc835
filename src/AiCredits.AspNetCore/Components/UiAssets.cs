using System.Security.Cryptography;
using System.Text;

namespace AiCredits.AspNetCore.Components;

/// <summary>
/// The web components as browsers get them, from this assembly: they are there in Development, published, and from a
/// package alike. Thread-safe; made once, when first asked for.
/// </summary>
internal static class UiAssets
{
    public const string Module = "aicredits.js";
    public const string StyleSheet = "aicredits.css";

    private const string Prefix = "AiCredits.Ui/";
    private static readonly Lazy<(string Version, Dictionary<string, UiAsset> Files, UiAsset Entry)> Made = new(Make);

    /// <summary>Changes when any of the files changes.</summary>
    public static string Version => Made.Value.Version;

    /// <summary>All files that are served below the version.</summary>
    public static IReadOnlyCollection<UiAsset> All => Made.Value.Files.Values;

    /// <summary>
    /// A module of one line that leads to the present version: whatever address a page uses, it runs the same module once.
    /// </summary>
    public static UiAsset Entry => Made.Value.Entry;

    public static UiAsset? Find(string name) => Made.Value.Files.GetValueOrDefault(name);

    private static (string Version, Dictionary<string, UiAsset> Files, UiAsset Entry) Make()
    {
        var files = new[]
        {
            new UiAsset(Module, UiBundle.Join(Module, Read)),
            new UiAsset("de.js", UiBundle.Tidy(Read("de.js"))),
            new UiAsset(StyleSheet, UiBundle.Css(Read(StyleSheet))),

            // For editors and compilers, not for pages.
            new UiAsset("aicredits.d.ts", Read("aicredits.d.ts")),
            new UiAsset("custom-elements.json", Read("custom-elements.json")),
        };
        var all = string.Join('\n', files.Select(file => file.Name + file.Hash));
        var version = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(all)).AsSpan(0, 8));
        return (version, files.ToDictionary(file => file.Name, StringComparer.Ordinal), new UiAsset(Module, $"export * from \"./{version}/{Module}\";\n"));
    }

    private static string Read(string name)
    {
        using var stream = typeof(UiAssets).Assembly.GetManifestResourceStream(Prefix + name)
            ?? throw new InvalidOperationException($"The assembly has no file {Prefix}{name}.");
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
