namespace AiCredits.Idempotency;

/// <summary>An answer kept to be given again.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Headers">The headers to give again.</param>
/// <param name="Body">The body; null when it was too long or streamed, and so was not kept.</param>
public sealed record StoredResponse(int Status, IReadOnlyList<KeyValuePair<string, string>> Headers, ReadOnlyMemory<byte>? Body);
