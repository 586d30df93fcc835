namespace AiCredits.Statements;

/// <summary>An account's balance as of a time.</summary>
/// <param name="At">The time (UTC).</param>
/// <param name="Available">What could be spent.</param>
/// <param name="Held">What was set aside.</param>
/// <param name="Debt">What was owed.</param>
public sealed record AccountBalance(DateTime At, Credits Available, Credits Held, Credits Debt);
