using AiCredits.Ledger;

namespace AiCredits.Statements;

/// <summary>What happened on an account in a period. Always: opening + granted + refunded - spent - expired - revoked - transferred out = closing.</summary>
/// <param name="Account">The account.</param>
/// <param name="From">Start of the period (UTC), included.</param>
/// <param name="To">End of the period (UTC), not included.</param>
/// <param name="Opening">What the account owned at the start: available and held together.</param>
/// <param name="Closing">What it owned at the end.</param>
public sealed record Statement(AccountId Account, DateTime From, DateTime To, Credits Opening, Credits Closing)
{
    /// <summary>What was granted.</summary>
    public Credits Granted { get; init; }

    /// <summary>What generations took.</summary>
    public Credits Spent { get; init; }

    /// <summary>What was given back after it had been taken.</summary>
    public Credits Refunded { get; init; }

    /// <summary>What expired.</summary>
    public Credits Expired { get; init; }

    /// <summary>What was taken back, and what paid off debt.</summary>
    public Credits Revoked { get; init; }

    /// <summary>What left for other accounts.</summary>
    public Credits TransferredOut { get; init; }

    /// <summary>The entries of the period that changed what the account owned, oldest first; empty where only the totals were asked for.</summary>
    public required IReadOnlyList<Entry> Entries { get; init; }
}
