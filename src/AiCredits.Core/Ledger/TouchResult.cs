namespace AiCredits.Ledger;

/// <summary>The answer to a <see cref="TouchCommand"/>.</summary>
/// <param name="State">The account's figures now.</param>
public sealed record TouchResult(AccountState State) : LedgerResult;
