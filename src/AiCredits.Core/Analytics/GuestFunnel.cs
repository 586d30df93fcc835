namespace AiCredits.Analytics;

/// <summary>What became of the guests who generated for the first time in a period, until now.</summary>
/// <param name="Guests">How many they are.</param>
/// <param name="SignedUp">How many of them signed up and took what they generated along.</param>
/// <param name="Purchased">How many of them signed up and bought credits.</param>
public sealed record GuestFunnel(long Guests, long SignedUp, long Purchased);
