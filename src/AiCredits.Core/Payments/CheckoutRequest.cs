namespace AiCredits.Payments;

/// <summary>What a payment provider needs to let somebody pay for one purchase.</summary>
public sealed record CheckoutRequest
{
    /// <summary>The purchase that is paid for, kept by the app before it asks. Also the idempotency key.</summary>
    public required Guid PurchaseId { get; init; }

    /// <summary>What is sold, as the buyer reads it: <c>110 credits</c>.</summary>
    public required string Title { get; init; }

    /// <summary>One more line for the buyer; null for none.</summary>
    public string? Description { get; init; }

    /// <summary>The price, before taxes that the provider adds and promotions that it takes off.</summary>
    public required Money Price { get; init; }

    /// <summary>Where the buyer comes back to after paying; absolute.</summary>
    public required Uri SuccessUrl { get; init; }

    /// <summary>Where the buyer comes back to without having paid; absolute.</summary>
    public required Uri CancelUrl { get; init; }

    /// <summary>The buyer's address for the receipt, if known.</summary>
    public string? Email { get; init; }

    /// <summary>The buyer's id at the provider, if known; it stands before <see cref="Email"/>.</summary>
    public string? CustomerId { get; init; }
}
