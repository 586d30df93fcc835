namespace AiCredits.Plans;

/// <summary>What a look at an account's subscription has come to.</summary>
/// <param name="Granted">True when something was granted just now.</param>
/// <param name="Limit">The limit of fair use; null when the account has no unlimited plan in force.</param>
/// <param name="ResetsAt">When the next filling comes (UTC).</param>
internal readonly record struct RefillAnswer(bool Granted, Credits? Limit, DateTime? ResetsAt);
