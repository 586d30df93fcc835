namespace AiCredits.Analytics;

/// <summary>What purchases of credits brought in one currency: of those that were paid in a stretch of time, what became of the money until now.</summary>
/// <param name="Currency">The ISO 4217 code.</param>
/// <param name="Purchases">How many were paid.</param>
/// <param name="Paid">What was paid in all, with taxes and after promotions.</param>
/// <param name="Refunded">How much of it went back.</param>
/// <param name="DisputesLost">How much of it was lost to disputes, beyond what was refunded.</param>
public sealed record Revenue(string Currency, long Purchases, decimal Paid, decimal Refunded, decimal DisputesLost)
{
    /// <summary>What is left.</summary>
    public decimal Net => Paid - Refunded - DisputesLost;
}
