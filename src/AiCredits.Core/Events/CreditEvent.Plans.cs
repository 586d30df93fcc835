using AiCredits.Plans;

namespace AiCredits.Events;

/// <summary>What happened to subscriptions.</summary>
public abstract partial record CreditEvent
{
    /// <summary>A subscription has changed: it began, was renewed, changed its plan, its seats or its state, was cancelled, or ended.</summary>
    /// <param name="Account">The account.</param>
    /// <param name="Sequence">A number that no other event of the account has under this name.</param>
    /// <param name="At">When (UTC).</param>
    /// <param name="SubscriptionId">The subscription.</param>
    /// <param name="PlanId">The plan in force.</param>
    /// <param name="State">Where it stands.</param>
    public sealed record SubscriptionChanged(AccountId Account, long Sequence, DateTime At, Guid SubscriptionId, string PlanId, SubscriptionState State) : CreditEvent(Account, Sequence, At)
    {
        /// <inheritdoc />
        public override string Name => "subscription_changed";

        /// <summary>The plan from the next period on; null when it is the same.</summary>
        public string? NextPlanId { get; init; }

        /// <summary>How many seats are paid for.</summary>
        public int Seats { get; init; }

        /// <summary>End of the current period (UTC).</summary>
        public DateTime? PeriodEnd { get; init; }

        /// <summary>True when it ends with the period.</summary>
        public bool CancelAtPeriodEnd { get; init; }
    }
}
