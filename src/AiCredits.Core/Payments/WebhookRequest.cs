namespace AiCredits.Payments;

/// <summary>A webhook as it came in.</summary>
/// <param name="Body">The bytes of the body, untouched: the signature is over them.</param>
/// <param name="Header">Finds a header by its name, in any case; null when it is not there.</param>
public sealed record WebhookRequest(ReadOnlyMemory<byte> Body, Func<string, string?> Header);
