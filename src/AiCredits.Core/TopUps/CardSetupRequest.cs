namespace AiCredits.TopUps;

/// <summary>Lets somebody save a card.</summary>
/// <param name="Key">The idempotency key.</param>
/// <param name="Currency">The currency that it will be charged in.</param>
/// <param name="SuccessUrl">Where its owner comes back to after saving it; absolute.</param>
/// <param name="CancelUrl">Where its owner comes back to without; absolute.</param>
public sealed record CardSetupRequest(string Key, string Currency, Uri SuccessUrl, Uri CancelUrl)
{
    /// <summary>The owner's id at the provider, if known; it stands before <see cref="Email"/>.</summary>
    public string? CustomerId { get; init; }

    /// <summary>The owner's address, if known.</summary>
    public string? Email { get; init; }
}
