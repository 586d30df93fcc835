namespace AiCredits.Plans;

/// <summary>A grant that a subscription has decided on, kept before it is carried out.</summary>
/// <param name="Key">The ledger's key: made of the subscription, the slot and the reason, so that it is granted once.</param>
/// <param name="Amount">How much.</param>
/// <param name="ExpiresAt">When what is left of it expires (UTC).</param>
/// <param name="Priority">Its place in the burn order.</param>
/// <param name="Description">The line of the account's history.</param>
public sealed record RefillGrant(string Key, Credits Amount, DateTime ExpiresAt, int Priority, string Description)
{
    /// <summary>The purchase that has paid for it; null for none.</summary>
    public Guid? PurchaseId { get; init; }

    /// <summary>How much more it would be, had nothing of that payment been refunded or disputed.</summary>
    public Credits Withheld { get; init; }
}
