using System.Buffers.Binary;
using System.Buffers.Text;

namespace AiCredits.AspNetCore.Endpoints;

/// <summary>Where the next page starts, as text that clients hand back and don't look into.</summary>
internal static class Cursor
{
    private const int GuidLength = 16;

    public static string After(long sequence)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(bytes, sequence);
        return Base64Url.EncodeToString(bytes);
    }

    public static string After(Guid id) => Base64Url.EncodeToString(id.ToByteArray(bigEndian: true));

    public static bool TryRead(string text, out long sequence)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        sequence = TryDecode(text, bytes) ? BinaryPrimitives.ReadInt64BigEndian(bytes) : 0;
        return sequence > 0;
    }

    public static bool TryRead(string text, out Guid id)
    {
        Span<byte> bytes = stackalloc byte[GuidLength];
        var read = TryDecode(text, bytes);
        id = read ? new Guid(bytes, bigEndian: true) : Guid.Empty;
        return read;
    }

    // Exactly as many bytes as are expected: a cursor of another list has another length.
    private static bool TryDecode(string text, Span<byte> bytes) =>
        Base64Url.IsValid(text, out var length) && length == bytes.Length && Base64Url.TryDecodeFromChars(text, bytes, out _);
}
