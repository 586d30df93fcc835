namespace AiCredits.DemoSite.Lab;

/// <summary>Credits that were granted, and when they are gone.</summary>
internal sealed record ExpiringCredits(Credits Granted, DateTime ExpiresAt);
