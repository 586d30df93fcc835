namespace AiCredits.DemoSite.Lab;

/// <summary>What a generation took, and what it left.</summary>
internal sealed record InstantResponse(Credits Charged, Credits Remaining);
