namespace AiCredits.TopUps;

/// <summary>What an owner wants of a top-up.</summary>
/// <param name="PackId">The pack that is bought.</param>
/// <param name="Threshold">Below this balance.</param>
/// <param name="MaxPerMonth">How often in a calendar month at the most.</param>
/// <param name="ConsentText">Which version of the text the owner has agreed to, now.</param>
public sealed record TopUpOrder(string PackId, Credits Threshold, int MaxPerMonth, string ConsentText);
