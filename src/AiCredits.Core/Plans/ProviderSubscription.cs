namespace AiCredits.Plans;

/// <summary>How a subscription stands at its provider: everything that decides what may be granted for it.</summary>
/// <param name="Status">Whether it is in force.</param>
public sealed record ProviderSubscription(ProviderSubscriptionStatus Status)
{
    /// <summary>The provider's id of the subscription; null while there is only a checkout.</summary>
    public string? Id { get; init; }

    /// <summary>The subscription that the checkout was opened for; null when it was not opened by AiCredits.</summary>
    public Guid? SubscriptionId { get; init; }

    /// <summary>The plan's id as it was written to the provider; null when there is none.</summary>
    public string? PlanId { get; init; }

    /// <summary>The provider's id of the price that is paid; it stands before <see cref="PlanId"/> where a plan names it.</summary>
    public string? PriceId { get; init; }

    /// <summary>How many seats are paid for.</summary>
    public int Seats { get; init; } = 1;

    /// <summary>Start of the current period (UTC).</summary>
    public DateTime? PeriodStart { get; init; }

    /// <summary>End of the current period (UTC).</summary>
    public DateTime? PeriodEnd { get; init; }

    /// <summary>Until when it is paid, or tried for nothing (UTC): the end of the period once its invoice is paid, its start before.</summary>
    public DateTime? PaidThrough { get; init; }

    /// <summary>True when it ends with the period.</summary>
    public bool CancelAtPeriodEnd { get; init; }

    /// <summary>When it ended (UTC).</summary>
    public DateTime? EndedAt { get; init; }

    /// <summary>The subscriber's id at the provider; null when there is none.</summary>
    public string? CustomerId { get; init; }

    /// <summary>The latest invoices that are paid, in any order: those of the last periods will do, as each is looked for often.</summary>
    public IReadOnlyList<ProviderInvoice> Invoices { get; init; } = [];
}
