namespace AiCredits.Conformance.Model;

/// <summary>Mistakes put into the naive ledger on purpose: a comparison that doesn't find them proves nothing.</summary>
public enum Flaw
{
    None,
    ExpiryTakesHeldCredits,
    LateReturnsLiveOn,
    DebtWaits,
    PaidBurnsFirst,
    FirstPinnedReturnsFirst,
}
