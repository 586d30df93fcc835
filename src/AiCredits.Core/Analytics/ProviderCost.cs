namespace AiCredits.Analytics;

/// <summary>What a provider took for generations of a model.</summary>
/// <param name="Currency">The ISO 4217 code.</param>
/// <param name="Cost">How much, in all.</param>
/// <param name="Generations">For how many generations.</param>
/// <param name="Charged">The credits that these generations took: what the cost is to be compared with.</param>
public sealed record ProviderCost(string Currency, decimal Cost, long Generations, Credits Charged);
