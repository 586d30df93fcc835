using AiCredits.Ledger;

namespace AiCredits.Administration;

/// <summary>A hold that is outstanding, and whose.</summary>
/// <param name="Account">The account.</param>
/// <param name="Hold">The hold.</param>
public sealed record OpenHold(AccountId Account, Hold Hold);
