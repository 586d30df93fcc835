namespace AiCredits.Payments;

/// <summary>Gives money back to the buyer.</summary>
/// <param name="CheckoutId">The provider's id of the checkout.</param>
/// <param name="PaymentId">The provider's id of the payment.</param>
/// <param name="Amount">How much, in the currency that was paid.</param>
/// <param name="Key">The idempotency key: the same key never refunds twice.</param>
public sealed record RefundRequest(string CheckoutId, string PaymentId, Money Amount, string Key)
{
    /// <summary>Why, for the provider's records; null for nothing.</summary>
    public string? Reason { get; init; }
}
