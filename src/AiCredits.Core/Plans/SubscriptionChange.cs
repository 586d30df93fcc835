namespace AiCredits.Plans;

/// <summary>Asks a provider to put a subscription on another plan or number of seats.</summary>
/// <param name="Id">The provider's id of the subscription.</param>
/// <param name="Plan">The plan.</param>
/// <param name="Seats">How many seats.</param>
/// <param name="Now">True to bill the difference at once; false to bill the new price from the next period on, without changing this one.</param>
/// <param name="Key">The idempotency key.</param>
public sealed record SubscriptionChange(string Id, CreditPlan Plan, int Seats, bool Now, string Key);
