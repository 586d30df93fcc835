namespace AiCredits.Packs;

/// <summary>A pack of credits that can be bought.</summary>
/// <param name="Id">The id by which it is bought.</param>
/// <param name="Name">Its name for people.</param>
/// <param name="Credits">Credits in all, bonus included.</param>
/// <param name="BonusCredits">How many of them are a bonus.</param>
/// <param name="Price">The price in <paramref name="Currency"/>.</param>
/// <param name="Currency">The ISO 4217 code.</param>
/// <param name="PricePerCredit">What one credit costs in it.</param>
/// <param name="SavingsPercent">How much less one credit costs than in the dearest pack, in whole percent rounded half up.</param>
/// <param name="BestValue">True for the pack to highlight.</param>
public sealed record CreditPack(
    string Id,
    string Name,
    Credits Credits,
    Credits BonusCredits,
    decimal Price,
    string Currency,
    decimal PricePerCredit,
    int SavingsPercent,
    bool BestValue);
