using System.Globalization;
using AiCredits.Payments;

namespace AiCredits.Purchases;

/// <summary>
/// One purchase of a pack. Written before the checkout is opened: what was agreed then is what is delivered, whatever
/// becomes of the pack and whatever comes back from the provider.
/// </summary>
public sealed record Purchase
{
    /// <summary>The purchase's id, ordered by time.</summary>
    public required Guid Id { get; init; }

    /// <summary>Who buys, and gets the credits.</summary>
    public required AccountId Account { get; init; }

    /// <summary>The pack, or the plan.</summary>
    public required string PackId { get; init; }

    /// <summary>The pack's or the plan's name when it was bought.</summary>
    public required string PackName { get; init; }

    /// <summary>The subscription that it was paid for; null for a pack. Its credits are granted by the subscription, and taken back from here.</summary>
    public Guid? SubscriptionId { get; init; }

    /// <summary>Until when a plan is paid by it (UTC); null for a pack, and for what pays for no stretch of time.</summary>
    public DateTime? PaysUntil { get; init; }

    /// <summary>The price agreed, before taxes and promotions; of a plan, what was paid.</summary>
    public required Money Price { get; init; }

    /// <summary>The credits agreed, bonus included. Of a plan, those of the refills so far, and once it has ended early those that never come.</summary>
    public required Credits Credits { get; init; }

    /// <summary>How many of them are a bonus.</summary>
    public Credits BonusCredits { get; init; }

    /// <summary>For how long after delivery the credits can be spent; null for ever.</summary>
    public TimeSpan? CreditsExpireAfter { get; init; }

    /// <summary>The provider that takes the money, by its name.</summary>
    public required string Provider { get; init; }

    /// <summary>The key by which the buyer's click is known again; unique within the account. Null for none.</summary>
    public string? ClientKey { get; init; }

    /// <summary>Where it stands.</summary>
    public PurchaseStatus Status { get; init; } = PurchaseStatus.Pending;

    /// <summary>Why it was paid and not delivered, or why it failed, for people; null when nothing is wrong.</summary>
    public string? Fault { get; init; }

    /// <summary>When it was begun (UTC).</summary>
    public required DateTime CreatedAt { get; init; }

    /// <summary>When it was first seen to be paid (UTC).</summary>
    public DateTime? PaidAt { get; init; }

    /// <summary>When the credits were delivered (UTC).</summary>
    public DateTime? DeliveredAt { get; init; }

    /// <summary>When it last changed (UTC).</summary>
    public required DateTime ChangedAt { get; init; }

    /// <summary>The provider's id of the checkout; null until it is open.</summary>
    public string? CheckoutId { get; init; }

    /// <summary>Where the buyer pays; null until it is open.</summary>
    public Uri? CheckoutUrl { get; init; }

    /// <summary>When the checkout can no longer be paid (UTC); null when it never ends by itself.</summary>
    public DateTime? CheckoutExpiresAt { get; init; }

    /// <summary>The provider's id of the payment; null before there is one.</summary>
    public string? PaymentId { get; init; }

    /// <summary>The buyer's id at the provider; null when there is none.</summary>
    public string? CustomerId { get; init; }

    /// <summary>The provider's receipt; null when there is none.</summary>
    public Uri? ReceiptUrl { get; init; }

    /// <summary>What was paid in all, with taxes and after promotions; null before it was.</summary>
    public Money? Total { get; init; }

    /// <summary>How much of <see cref="Total"/> was refunded.</summary>
    public decimal Refunded { get; init; }

    /// <summary>How much of <see cref="Total"/> is disputed now.</summary>
    public decimal Disputed { get; init; }

    /// <summary>How much of <see cref="Total"/> was lost to disputes, beyond what was refunded.</summary>
    public decimal DisputesLost { get; init; }

    /// <summary>What it has done to the ledger.</summary>
    public PurchaseFulfilment Fulfilment { get; init; } = PurchaseFulfilment.None;

    /// <summary>When the reconciliation looks at it next (UTC); null for never.</summary>
    public DateTime? DueAt { get; init; }

    /// <summary>How often it was written; an update must be one more than what is kept.</summary>
    public long Version { get; init; }

    /// <summary>What can still be refunded of <see cref="Total"/>, as far as is known here; zero for what was not paid.</summary>
    public decimal Refundable => PaymentId is not null && Total is { } total ? Math.Max(0, total.Amount - Refunded - Disputed - DisputesLost) : 0;

    /// <summary>The keys of what it has done to the ledger, oldest first: the entries of its account that carry them are about it. A step that found nothing to do has no entry.</summary>
    public IReadOnlyList<string> LedgerKeys => [.. Enumerable.Range(1, Fulfilment.Movements).Select(LedgerKey)];

    /// <summary>How many of the credits were taken back and not given back again, debt included.</summary>
    public Credits Taken
    {
        get
        {
            var taken = Credits.Zero;
            foreach (var part in (ReadOnlySpan<PurchasePart>)[PurchasePart.Paid, PurchasePart.Bonus])
            {
                taken += Fulfilment.Has(part) ? AmountOf(part) - Fulfilment.InEffect(part) : Credits.Zero;
            }

            return taken;
        }
    }

    internal Credits AmountOf(PurchasePart part) => part == PurchasePart.Bonus ? BonusCredits : Credits - BonusCredits;

    internal string LedgerKey(int movement) => string.Create(CultureInfo.InvariantCulture, $"purchase/{Id:N}/{movement}");
}
