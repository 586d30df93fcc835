namespace AiCredits.AspNetCore.Administration;

/// <summary>What one grant gave to an entry, or got back by it.</summary>
internal sealed record SliceItem(long GrantId, decimal Amount);
