namespace AiCredits.Plans;

/// <summary>A grant that was made for a slot.</summary>
/// <param name="GrantId">The grant.</param>
/// <param name="Amount">How much.</param>
/// <param name="ExpiresAt">When what is left of it expires (UTC).</param>
public sealed record RefillParcel(long GrantId, Credits Amount, DateTime ExpiresAt)
{
    /// <summary>The purchase that has paid for it; null for none.</summary>
    public Guid? PurchaseId { get; init; }
}
