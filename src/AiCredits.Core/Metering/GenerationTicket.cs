using AiCredits.Guests;
using AiCredits.Pricing;

namespace AiCredits.Metering;

/// <summary>The leave to generate once: what is held for it and for whom. Settle it exactly once, from any process.</summary>
/// <param name="Id">The generation's id, which is the hold's id too.</param>
/// <param name="Caller">Who it is for.</param>
/// <param name="Quote">The agreed price.</param>
/// <param name="ExpiresAt">When the hold ends by itself (UTC).</param>
public sealed record GenerationTicket(Guid Id, Caller Caller, PriceQuote Quote, DateTime ExpiresAt)
{
    /// <summary>What the account can still spend after the hold; zero for a guest.</summary>
    public Credits Remaining { get; init; }

    /// <summary>What a guest has left after the hold; null for an account.</summary>
    public GuestUsage? Usage { get; init; }

    /// <summary>When the generation started (UTC).</summary>
    public DateTime StartedAt { get; init; }
}
