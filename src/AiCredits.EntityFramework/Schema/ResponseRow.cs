using System.Text.Json;
using AiCredits.Idempotency;

namespace AiCredits.EntityFramework.Schema;

/// <summary>A row of ai_credits_response: a request that runs under an idempotency key, or its answer.</summary>
internal sealed class ResponseRow
{
    public required string AccountId { get; set; }

    public required string Key { get; set; }

    public required byte[] RequestHash { get; set; }

    /// <summary>While it runs, until when it counts as running; afterwards, until when the answer is kept.</summary>
    public long Until { get; set; }

    /// <summary>Null while it runs.</summary>
    public int? Status { get; set; }

    public string? Headers { get; set; }

    public byte[]? Body { get; set; }

    public static string WriteHeaders(IReadOnlyList<KeyValuePair<string, string>> headers) =>
        JsonSerializer.Serialize(headers.Select(header => new[] { header.Key, header.Value }));

    public StoredResponse ToResponse() => new(
        Status ?? throw new InvalidOperationException("The request still runs."),
        [.. JsonSerializer.Deserialize<string[][]>(Headers ?? "[]")!.Select(header => KeyValuePair.Create(header[0], header[1]))],
        Body is null ? (ReadOnlyMemory<byte>?)null : Body);
}
