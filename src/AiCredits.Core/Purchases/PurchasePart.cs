namespace AiCredits.Purchases;

/// <summary>The two parts of a purchase's credits: two grants with one fate. The numbers are stored: never renumber one.</summary>
public enum PurchasePart
{
    /// <summary>What was paid for.</summary>
    Paid = 1,

    /// <summary>What came for free on top.</summary>
    Bonus = 2,
}
