namespace AiCredits.Integrity;

/// <summary>What the checks of this process have found so far.</summary>
/// <param name="CheckedAt">When the check in the background last came to its end (UTC); null before the first time.</param>
/// <param name="Accounts">How many accounts have been looked at since the process started, again counted each time.</param>
/// <param name="Faults">What did not add up when its account was last looked at; gone once that account adds up again.</param>
public sealed record IntegrityStatus(DateTime? CheckedAt, long Accounts, IReadOnlyList<IntegrityFault> Faults);
