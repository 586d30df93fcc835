using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace AiCredits.AspNetCore.Dashboard;

/// <summary>The files of the dashboard, which are embedded in this assembly: nothing to install, nothing from another server.</summary>
internal static class DashboardAssets
{
    private const string Prefix = "AiCredits.Dashboard/";

    private static readonly Dictionary<string, string> ContentTypes = new(StringComparer.Ordinal)
    {
        [".js"] = "text/javascript; charset=utf-8",
        [".css"] = "text/css; charset=utf-8",
        [".svg"] = "image/svg+xml",
    };

    private static readonly Lazy<Dictionary<string, Asset>> Files = new(Load);

    /// <summary>The page, with what only the request knows still to be filled in.</summary>
    public static string Page { get; } = ReadText("index.html");

    public static IResult Get(string name) => Files.Value.TryGetValue(name, out var asset)
        ? TypedResults.Bytes(asset.Bytes, asset.ContentType, entityTag: asset.Tag)
        : TypedResults.NotFound();

    private static Dictionary<string, Asset> Load()
    {
        var files = new Dictionary<string, Asset>(StringComparer.Ordinal);
        foreach (var resource in typeof(DashboardAssets).Assembly.GetManifestResourceNames().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)))
        {
            if (ContentTypes.TryGetValue(Path.GetExtension(resource), out var contentType))
            {
                var bytes = Read(resource);
                files.Add(resource[Prefix.Length..], new Asset(bytes, contentType, new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(SHA256.HashData(bytes)[..8])}\"")));
            }
        }

        return files;
    }

    private static string ReadText(string name) => System.Text.Encoding.UTF8.GetString(Read(Prefix + name));

    private static byte[] Read(string resource)
    {
        using var stream = typeof(DashboardAssets).Assembly.GetManifestResourceStream(resource)
            ?? throw new InvalidOperationException($"The file {resource} is missing in AiCredits.AspNetCore.");
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    private sealed record Asset(byte[] Bytes, string ContentType, EntityTagHeaderValue Tag);
}
