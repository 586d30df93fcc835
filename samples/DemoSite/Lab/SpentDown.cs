namespace AiCredits.DemoSite.Lab;

/// <summary>What was spent, and what is left.</summary>
internal sealed record SpentDown(Credits Spent, Credits Left);
