using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;

namespace AiCredits.AspNetCore.Components;

/// <summary>One file that browsers get, compressed once for all of them.</summary>
internal sealed class UiAsset
{
    public UiAsset(string name, string text)
    {
        Name = name;
        Plain = Encoding.UTF8.GetBytes(text);
        Brotli = Compress(Plain, stream => new BrotliStream(stream, CompressionLevel.SmallestSize));
        Gzip = Compress(Plain, stream => new GZipStream(stream, CompressionLevel.SmallestSize));
        Hash = Convert.ToHexStringLower(SHA256.HashData(Plain).AsSpan(0, 8));
    }

    public string Name { get; }

    public byte[] Plain { get; }

    public byte[] Brotli { get; }

    public byte[] Gzip { get; }

    public string Hash { get; }

    /// <summary>True for what pages load.</summary>
    public bool IsForPages => Name.EndsWith(".js", StringComparison.Ordinal) || Name.EndsWith(".css", StringComparison.Ordinal);

    public string ContentType => Name switch
    {
        _ when Name.EndsWith(".js", StringComparison.Ordinal) => "text/javascript; charset=utf-8",
        _ when Name.EndsWith(".css", StringComparison.Ordinal) => "text/css; charset=utf-8",
        _ when Name.EndsWith(".json", StringComparison.Ordinal) => "application/json; charset=utf-8",
        _ => "text/plain; charset=utf-8",
    };

    private static byte[] Compress(byte[] plain, Func<Stream, Stream> open)
    {
        using var compressed = new MemoryStream();
        using (var stream = open(compressed))
        {
            stream.Write(plain);
        }

        return compressed.ToArray();
    }
}
