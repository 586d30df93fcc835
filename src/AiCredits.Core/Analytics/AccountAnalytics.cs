namespace AiCredits.Analytics;

/// <summary>What one account did in a period.</summary>
/// <param name="Account">The account.</param>
/// <param name="Spent">Credits that its generations took, less what was given back.</param>
/// <param name="Generations">Its generations that ended.</param>
public sealed record AccountAnalytics(AccountId Account, Credits Spent, long Generations);
