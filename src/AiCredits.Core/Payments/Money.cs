namespace AiCredits.Payments;

/// <summary>An exact amount of money.</summary>
/// <param name="Amount">The amount in whole units of the currency: 4.99, not 499.</param>
/// <param name="Currency">The ISO 4217 code in capitals.</param>
public readonly record struct Money(decimal Amount, string Currency);
