namespace AiCredits.Plans;

/// <summary>What a provider needs to let somebody subscribe.</summary>
public sealed record SubscriptionCheckoutRequest
{
    /// <summary>The subscription, kept by the app before it asks. Also the idempotency key.</summary>
    public required Guid SubscriptionId { get; init; }

    /// <summary>The plan.</summary>
    public required CreditPlan Plan { get; init; }

    /// <summary>How many seats.</summary>
    public required int Seats { get; init; }

    /// <summary>How many days it is tried for nothing first.</summary>
    public int TrialDays { get; init; }

    /// <summary>Where the subscriber comes back to after paying; absolute.</summary>
    public required Uri SuccessUrl { get; init; }

    /// <summary>Where the subscriber comes back to without having paid; absolute.</summary>
    public required Uri CancelUrl { get; init; }

    /// <summary>The subscriber's address for the receipt, if known.</summary>
    public string? Email { get; init; }

    /// <summary>The subscriber's id at the provider, if known; it stands before <see cref="Email"/>.</summary>
    public string? CustomerId { get; init; }
}
