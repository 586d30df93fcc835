using AiCredits.Guests;

namespace AiCredits.Metering;

/// <summary>How a ticket was settled.</summary>
/// <param name="Charged">What was taken; zero for a guest or a failure.</param>
/// <param name="Remaining">What the account can spend now.</param>
/// <param name="Usage">What a guest has left; null for an account.</param>
/// <param name="Pending">True when the store could not be reached: the settlement is kept and tried again in the background, and the figures are what they will be.</param>
public sealed record GenerationSettlement(Credits Charged, Credits Remaining, GuestUsage? Usage, bool Pending);
