namespace AiCredits.Payments;

/// <summary>How a payment stands at its provider: everything that decides how many of the purchase's credits the buyer may have.</summary>
public sealed record Payment
{
    /// <summary>The provider's id of the checkout.</summary>
    public required string CheckoutId { get; init; }

    /// <summary>The provider's id of the payment itself; null before there is one, and when a promotion left nothing to pay.</summary>
    public string? PaymentId { get; init; }

    /// <summary>The purchase that the checkout was opened for; null when it was not opened by AiCredits.</summary>
    public Guid? PurchaseId { get; init; }

    /// <summary>Whether it is paid.</summary>
    public required PaymentStatus Status { get; init; }

    /// <summary>What the buyer pays in all, with taxes and after promotions. Once paid it never changes.</summary>
    public required Money Total { get; init; }

    /// <summary>How much of <see cref="Total"/> has been given back. It falls again when a refund fails.</summary>
    public decimal Refunded { get; init; }

    /// <summary>How much of <see cref="Total"/> the buyer's bank disputes at the moment.</summary>
    public decimal Disputed { get; init; }

    /// <summary>How much of <see cref="Total"/> was lost to disputes, beyond what was refunded.</summary>
    public decimal DisputesLost { get; init; }

    /// <summary>The buyer's id at the provider, for the next purchase; null when there is none.</summary>
    public string? CustomerId { get; init; }

    /// <summary>Where the buyer finds the provider's receipt; null when there is none.</summary>
    public Uri? ReceiptUrl { get; init; }
}
