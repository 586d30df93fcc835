namespace AiCredits.Analytics;

/// <summary>A guest who signed up.</summary>
internal sealed record GuestClaim(string GuestId, AccountId Account, DateTime At);
