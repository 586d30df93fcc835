using AiCredits.Payments;

namespace AiCredits.Events;

/// <summary>What happened to purchases.</summary>
public abstract partial record CreditEvent
{
    /// <summary>A purchase was paid and its credits were delivered. Holds what a receipt needs. Once per purchase.</summary>
    /// <param name="Account">The account.</param>
    /// <param name="Sequence">A number that no other event of the account has under this name.</param>
    /// <param name="At">When (UTC).</param>
    /// <param name="PurchaseId">The purchase.</param>
    public sealed record PurchaseCompleted(AccountId Account, long Sequence, DateTime At, Guid PurchaseId) : CreditEvent(Account, Sequence, At)
    {
        /// <inheritdoc />
        public override string Name => "purchase_completed";

        /// <summary>The pack, or the plan.</summary>
        public required string PackId { get; init; }

        /// <summary>The subscription that was paid for; null for a pack.</summary>
        public Guid? SubscriptionId { get; init; }

        /// <summary>The pack's or the plan's name when it was bought.</summary>
        public required string PackName { get; init; }

        /// <summary>The credits, bonus included.</summary>
        public required Credits Credits { get; init; }

        /// <summary>How many of them are a bonus.</summary>
        public Credits BonusCredits { get; init; }

        /// <summary>The price agreed.</summary>
        public required Money Price { get; init; }

        /// <summary>What was paid, with taxes and after promotions.</summary>
        public required Money Total { get; init; }

        /// <summary>The provider's name.</summary>
        public required string Provider { get; init; }

        /// <summary>The provider's id of the payment; null when there was nothing to pay.</summary>
        public string? PaymentId { get; init; }

        /// <summary>The provider's receipt; null when there is none.</summary>
        public Uri? ReceiptUrl { get; init; }
    }

    /// <summary>The amount that was refunded of a purchase has changed, and the credits with it. It falls when a refund fails.</summary>
    /// <param name="Account">The account.</param>
    /// <param name="Sequence">A number that no other event of the account has under this name.</param>
    /// <param name="At">When (UTC).</param>
    /// <param name="PurchaseId">The purchase.</param>
    /// <param name="Refunded">What is refunded in all.</param>
    /// <param name="Total">What was paid.</param>
    /// <param name="CreditsTaken">What is taken back of its credits in all, debt included.</param>
    public sealed record PurchaseRefunded(AccountId Account, long Sequence, DateTime At, Guid PurchaseId, Money Refunded, Money Total, Credits CreditsTaken) : CreditEvent(Account, Sequence, At)
    {
        /// <inheritdoc />
        public override string Name => "purchase_refunded";
    }

    /// <summary>The buyer's bank disputes a payment; what was left of the credits is taken until that is decided.</summary>
    /// <param name="Account">The account.</param>
    /// <param name="Sequence">A number that no other event of the account has under this name.</param>
    /// <param name="At">When (UTC).</param>
    /// <param name="PurchaseId">The purchase.</param>
    /// <param name="Disputed">What is disputed.</param>
    /// <param name="Total">What was paid.</param>
    /// <param name="CreditsTaken">What is taken of its credits in all.</param>
    public sealed record PurchaseDisputed(AccountId Account, long Sequence, DateTime At, Guid PurchaseId, Money Disputed, Money Total, Credits CreditsTaken) : CreditEvent(Account, Sequence, At)
    {
        /// <inheritdoc />
        public override string Name => "purchase_disputed";
    }

    /// <summary>A dispute was decided: won, and the credits were given back, or lost, and they are gone, with debt for those that were spent.</summary>
    /// <param name="Account">The account.</param>
    /// <param name="Sequence">A number that no other event of the account has under this name.</param>
    /// <param name="At">When (UTC).</param>
    /// <param name="PurchaseId">The purchase.</param>
    /// <param name="Won">True when the money stays with the seller.</param>
    /// <param name="Lost">What is lost to disputes in all.</param>
    /// <param name="Total">What was paid.</param>
    /// <param name="CreditsTaken">What is taken back of its credits in all, debt included.</param>
    public sealed record PurchaseDisputeClosed(AccountId Account, long Sequence, DateTime At, Guid PurchaseId, bool Won, Money Lost, Money Total, Credits CreditsTaken) : CreditEvent(Account, Sequence, At)
    {
        /// <inheritdoc />
        public override string Name => "purchase_dispute_closed";
    }

    /// <summary>A purchase ended without money: a delayed payment did not arrive, the provider refused, or the checkout expired.</summary>
    /// <param name="Account">The account.</param>
    /// <param name="Sequence">A number that no other event of the account has under this name.</param>
    /// <param name="At">When (UTC).</param>
    /// <param name="PurchaseId">The purchase.</param>
    /// <param name="Expired">True when the checkout just ended, false when a payment failed.</param>
    /// <param name="Reason">Why, for people; null when nobody knows.</param>
    public sealed record PurchaseFailed(AccountId Account, long Sequence, DateTime At, Guid PurchaseId, bool Expired, string? Reason) : CreditEvent(Account, Sequence, At)
    {
        /// <inheritdoc />
        public override string Name => "purchase_failed";
    }

    /// <summary>A purchase was paid but not delivered, since what was paid is not what was agreed. Somebody has to look at it.</summary>
    /// <param name="Account">The account.</param>
    /// <param name="Sequence">A number that no other event of the account has under this name.</param>
    /// <param name="At">When (UTC).</param>
    /// <param name="PurchaseId">The purchase.</param>
    /// <param name="Reason">What doesn't fit, for people.</param>
    public sealed record PurchaseRejected(AccountId Account, long Sequence, DateTime At, Guid PurchaseId, string Reason) : CreditEvent(Account, Sequence, At)
    {
        /// <inheritdoc />
        public override string Name => "purchase_rejected";
    }
}
