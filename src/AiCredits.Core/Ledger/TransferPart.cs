namespace AiCredits.Ledger;

/// <summary>Credits of one make on their way to another account: they arrive as a grant of the same kind, with the same end.</summary>
/// <param name="Kind">Where they came from.</param>
/// <param name="Amount">How much.</param>
/// <param name="Priority">Lower burns first.</param>
/// <param name="ExpiresAt">When they expire (UTC); null for never.</param>
/// <param name="Models">The only models they pay for; empty for all.</param>
public sealed record TransferPart(GrantKind Kind, Credits Amount, int Priority, DateTime? ExpiresAt, IReadOnlyList<string> Models);
