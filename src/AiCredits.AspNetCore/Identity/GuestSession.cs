namespace AiCredits.AspNetCore.Identity;

/// <summary>What the guest's cookie says.</summary>
/// <param name="GuestId">The guest.</param>
/// <param name="ClaimedBy">The account that has claimed the guest; null until one has.</param>
internal sealed record GuestSession(string GuestId, string? ClaimedBy);
