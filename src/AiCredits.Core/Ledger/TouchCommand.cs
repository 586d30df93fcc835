namespace AiCredits.Ledger;

/// <summary>Writes what is due on an account (ended holds, expired grants) and nothing else.</summary>
/// <param name="Account">The account.</param>
public sealed record TouchCommand(AccountId Account) : LedgerCommand<TouchResult>(Account)
{
    internal override long HashRequest() => 0;
}
