namespace AiCredits.Purchases;

/// <summary>Somebody wants to buy a pack.</summary>
/// <param name="Account">Who gets the credits.</param>
/// <param name="PackId">The pack.</param>
/// <param name="ReturnUrl">Makes the absolute address that the buyer comes back to: from the purchase's id, and whether it was paid.</param>
public sealed record CheckoutOrder(AccountId Account, string PackId, Func<Guid, bool, Uri> ReturnUrl)
{
    /// <summary>Names this click: the same key gives the same checkout again. Null for a new purchase each time.</summary>
    public string? ClientKey { get; init; }

    /// <summary>The buyer's address for the receipt, if known.</summary>
    public string? Email { get; init; }
}
