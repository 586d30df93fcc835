using Microsoft.AspNetCore.Http;

namespace AiCredits.AspNetCore.Endpoints;

/// <summary>Reads a small body whole, and never more than it may be.</summary>
internal static class BodyReader
{
    /// <summary>The bytes of the body; null when there are more than <paramref name="max"/>.</summary>
    public static async ValueTask<ReadOnlyMemory<byte>?> ReadAsync(HttpRequest request, int max, CancellationToken cancellationToken)
    {
        if (request.ContentLength > max)
        {
            return null;
        }

        var buffer = new byte[(int)Math.Min(request.ContentLength + 1 ?? max + 1, max + 1)];
        var length = 0;
        while (length < buffer.Length && await request.Body.ReadAsync(buffer.AsMemory(length), cancellationToken).ConfigureAwait(false) is > 0 and var read)
        {
            length += read;
        }

        // A bare null would become an empty Memory<byte>, through the conversion from arrays.
        return length > max ? default(ReadOnlyMemory<byte>?) : buffer.AsMemory(0, length);
    }
}
