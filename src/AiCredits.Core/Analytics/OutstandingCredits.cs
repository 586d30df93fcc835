namespace AiCredits.Analytics;

/// <summary>Credits that accounts own and have not spent.</summary>
/// <param name="Paid">Bought ones: what is sold and not yet delivered.</param>
/// <param name="Free">All others.</param>
/// <param name="Held">Of both, what is set aside for running generations.</param>
/// <param name="Debt">What accounts owe.</param>
public sealed record OutstandingCredits(Credits Paid, Credits Free, Credits Held, Credits Debt);
