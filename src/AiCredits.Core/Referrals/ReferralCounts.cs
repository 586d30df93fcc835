namespace AiCredits.Referrals;

/// <summary>What a referrer has brought.</summary>
/// <param name="Referred">Accounts that were attached to it.</param>
/// <param name="Paid">How many of them have earned it credits that were not taken back.</param>
public readonly record struct ReferralCounts(int Referred, int Paid);
