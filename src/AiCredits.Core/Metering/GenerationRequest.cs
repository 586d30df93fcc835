using AiCredits.Ledger;
using AiCredits.Pricing;

namespace AiCredits.Metering;

/// <summary>Asks for leave to generate.</summary>
/// <param name="Caller">Who it is for.</param>
/// <param name="Quote">What it costs; the hold keeps this quote whatever happens to the price list.</param>
public sealed record GenerationRequest(Caller Caller, PriceQuote Quote)
{
    /// <summary>The generation's id; null to have one made. Give one that you keep to be able to ask again after a failure.</summary>
    public Guid? Id { get; init; }

    /// <summary>An idempotency key of the caller's; accounts only.</summary>
    public string? Key { get; init; }

    /// <summary>The prompt; kept, cut to length, only when the options say so.</summary>
    public string? Prompt { get; init; }

    /// <summary>How long the hold lives unsettled; null for the model's <see cref="ModelOptions.Lease"/> or else <see cref="HoldOptions.Lease"/>.</summary>
    public TimeSpan? Lease { get; init; }

    /// <summary>What becomes of the credits when nobody settles the hold; null for the model's <see cref="ModelOptions.OnExpiry"/>.</summary>
    public HoldExpiryPolicy? OnExpiry { get; init; }
}
