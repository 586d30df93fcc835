namespace AiCredits.Ledger;

/// <summary>A part of one grant: which grant, and how much of it.</summary>
/// <param name="GrantId">The grant, by the sequence number of the entry that made it.</param>
/// <param name="Amount">How much of the grant.</param>
public readonly record struct GrantSlice(long GrantId, Credits Amount);
