namespace AiCredits.Plans;

/// <summary>
/// A subscription of an account to a plan: what was agreed, what the provider said last, and what was granted for it. An
/// account has one at a time.
/// </summary>
public sealed record Subscription
{
    /// <summary>The subscription's id, ordered by time.</summary>
    public required Guid Id { get; init; }

    /// <summary>Who subscribes, and gets the credits.</summary>
    public required AccountId Account { get; init; }

    /// <summary>The provider that takes the money, by its name.</summary>
    public required string Provider { get; init; }

    /// <summary>The plan in force, as it was agreed.</summary>
    public required CreditPlan Plan { get; init; }

    /// <summary>The plan from the next period on; null when it is the same.</summary>
    public CreditPlan? NextPlan { get; init; }

    /// <summary>How many seats are in force.</summary>
    public int Seats { get; init; } = 1;

    /// <summary>How many seats there are from the next period on; null when as many.</summary>
    public int? NextSeats { get; init; }

    /// <summary>Where it stands.</summary>
    public SubscriptionState State { get; init; } = SubscriptionState.Pending;

    /// <summary>True when it ends with the period.</summary>
    public bool CancelAtPeriodEnd { get; init; }

    /// <summary>True when it began with a trial.</summary>
    public bool Trial { get; init; }

    /// <summary>When it was begun (UTC).</summary>
    public required DateTime CreatedAt { get; init; }

    /// <summary>Start of the provider's current period (UTC).</summary>
    public DateTime? PeriodStart { get; init; }

    /// <summary>End of the provider's current period (UTC).</summary>
    public DateTime? PeriodEnd { get; init; }

    /// <summary>Until when it is paid, or tried for nothing (UTC).</summary>
    public DateTime? PaidThrough { get; init; }

    /// <summary>When it ended (UTC).</summary>
    public DateTime? EndedAt { get; init; }

    /// <summary>The provider's id of the checkout; null until it is open.</summary>
    public string? CheckoutId { get; init; }

    /// <summary>Where the subscriber pays; null until it is open.</summary>
    public Uri? CheckoutUrl { get; init; }

    /// <summary>The provider's id of the subscription; null until there is one.</summary>
    public string? ProviderId { get; init; }

    /// <summary>The subscriber's id at the provider; null when there is none.</summary>
    public string? CustomerId { get; init; }

    /// <summary>The purchase that has paid for the current period; null when nothing was paid.</summary>
    public Guid? PaidBy { get; init; }

    /// <summary>What one refill stands for by <see cref="PaidBy"/>; what goes beyond it is paid by <see cref="RaisedBy"/>.</summary>
    public Credits PaidLevel { get; init; }

    /// <summary>The purchase that has paid for going up within the current period; null for none.</summary>
    public Guid? RaisedBy { get; init; }

    /// <summary>The provider's ids of the latest invoices that purchases were made of, oldest first.</summary>
    public IReadOnlyList<string> Invoices { get; init; } = [];

    /// <summary>The stretch of time that was last granted for; null before the first.</summary>
    public RefillSlot? Slot { get; init; }

    /// <summary>A slot of credits that an unlimited plan has followed within a period: what is left of it is kept beside the allowance until it expires. Null for none.</summary>
    public RefillSlot? Beside { get; init; }

    /// <summary>Grants that are decided and not carried out yet. Whoever finds them carries them out: their keys make that happen once.</summary>
    public IReadOnlyList<RefillGrant> Pending { get; init; } = [];

    /// <summary>When it is looked at next (UTC); null for never.</summary>
    public DateTime? DueAt { get; init; }

    /// <summary>How often it was saved; 0 before the first time.</summary>
    public int Version { get; init; }

    /// <summary>True while it is neither <see cref="SubscriptionState.Ended"/> nor <see cref="SubscriptionState.Abandoned"/>.</summary>
    public bool IsOpen => State is not (SubscriptionState.Ended or SubscriptionState.Abandoned);
}
