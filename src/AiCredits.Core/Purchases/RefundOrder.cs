namespace AiCredits.Purchases;

/// <summary>An admin gives money back.</summary>
/// <param name="PurchaseId">The purchase.</param>
/// <param name="Key">Names this act: the same key never refunds twice.</param>
public sealed record RefundOrder(Guid PurchaseId, string Key)
{
    /// <summary>How much, in the currency that was paid; null for all that is left.</summary>
    public decimal? Amount { get; init; }

    /// <summary>Why, for the provider's records and the account's history.</summary>
    public string? Reason { get; init; }

    /// <summary>Who, for the account's history.</summary>
    public string? Actor { get; init; }
}
