namespace AiCredits.Analytics;

/// <summary>The accounts that were opened in one interval, and how many of them generated in that interval and in those after it.</summary>
/// <param name="Start">When the interval starts (UTC).</param>
/// <param name="Accounts">How many were opened in it.</param>
/// <param name="Active">How many of them were active in it, in the next one, and so on to the end of the period.</param>
public sealed record Cohort(DateTime Start, long Accounts, IReadOnlyList<long> Active);
