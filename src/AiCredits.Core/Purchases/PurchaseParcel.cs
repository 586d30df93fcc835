namespace AiCredits.Purchases;

/// <summary>A grant that a purchase has made, and what the purchase has done with it since.</summary>
/// <param name="Part">Which part of the credits it is.</param>
/// <param name="GrantId">The grant; 0 for one that had expired before it could be made.</param>
/// <param name="Amount">How much was granted.</param>
public sealed record PurchaseParcel(PurchasePart Part, long GrantId, Credits Amount)
{
    /// <summary>What the purchase has taken back of it, debt included.</summary>
    public Credits Taken { get; init; }

    /// <summary>What of it became debt when it was taken back, since it was spent.</summary>
    public Credits Owed { get; init; }

    /// <summary>What of it could not be taken back, since it had expired or somebody else had taken it back.</summary>
    public Credits Gone { get; init; }

    /// <summary>When what is left of a plan's credits expires (UTC); null for a pack's, whose end the purchase says.</summary>
    public DateTime? ExpiresAt { get; init; }

    /// <summary>True once the refill of a plan that it belongs to has ended.</summary>
    public bool IsOver { get; init; }

    /// <summary>What the buyer still has of it, spent or not.</summary>
    public Credits Left => Amount - Taken - Gone;
}
