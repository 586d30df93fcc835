namespace AiCredits.AspNetCore.Idempotency;

/// <summary>The first request with a key: its answer is kept under the key, or the key is given up.</summary>
/// <param name="Account">Whose key it is.</param>
/// <param name="Key">The key.</param>
internal sealed record KeyClaim(AccountId Account, string Key);
