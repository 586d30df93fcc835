using System.Buffers.Binary;
using AiCredits.Events;
using AiCredits.Payments;

namespace AiCredits.Purchases;

/// <summary>
/// What a purchase has to become, from what it is and how its payment stands. Pure, and by state: it looks at what the
/// facts say and at what was done to the ledger, never at what has just happened. So events may be lost, repeated or out
/// of order.
/// </summary>
internal static partial class PurchaseRules
{
    private const int MaxDescription = 200;
    private static readonly PurchasePart[] Parts = [PurchasePart.Paid, PurchasePart.Bonus];
    private static readonly TimeSpan LongestPending = TimeSpan.FromHours(25);
    // Providers know a key for a day: after that, asking again could refund twice.
    private static readonly TimeSpan RefundKeyLife = TimeSpan.FromHours(23);
    private static readonly TimeSpan LongestLook = TimeSpan.FromDays(400);

    /// <summary>The purchase with what the provider says, the next movement, or, when there is none, everything settled.</summary>
    /// <param name="kept">The purchase as it is kept.</param>
    /// <param name="current">The same with the answer to its pending movement.</param>
    /// <param name="payment">How the payment stands; null when the provider doesn't know it.</param>
    /// <param name="available">What can be spent of the account's live grants; null when that doesn't matter.</param>
    /// <param name="now">The time (UTC).</param>
    /// <param name="asked">True when the provider was asked, so that <paramref name="payment"/> is its answer.</param>
    /// <param name="looked">True to set the time of the next look anew.</param>
    /// <returns>What to keep, the same as <paramref name="kept"/> when nothing changed, and the events to tell.</returns>
    public static (Purchase Purchase, IReadOnlyList<CreditEvent> Events) Decide(
        Purchase kept,
        Purchase current,
        Payment? payment,
        IReadOnlyDictionary<long, Credits>? available,
        DateTime now,
        bool asked,
        bool looked)
    {
        var events = new List<CreditEvent>();
        var next = payment is not null ? Learn(current, payment, now) : asked ? Overdue(current, now) : current;
        if (NextMovement(next, available, now) is { } movement)
        {
            next = next with
            {
                Status = next.DeliveredAt is null ? PurchaseStatus.Paid : next.Status,
                Fulfilment = next.Fulfilment with { Pending = movement, Movements = movement.Number },
            };
        }
        else
        {
            next = Settle(kept, next, now, events);
        }

        if (next == kept && !looked)
        {
            return (kept, events);
        }

        next = next with { DueAt = DueAt(next, now), ChangedAt = next == kept ? kept.ChangedAt : now };
        return next == kept ? (kept, events) : (next with { Version = kept.Version + 1 }, events);
    }

    /// <summary>The purchase when the provider has refused its checkout for good.</summary>
    public static (Purchase Purchase, IReadOnlyList<CreditEvent> Events) Fail(Purchase purchase, string fault, DateTime now)
    {
        var failed = purchase with { Status = PurchaseStatus.Failed, Fault = fault, ChangedAt = now, DueAt = null, Version = purchase.Version + 1 };
        return (failed, [new CreditEvent.PurchaseFailed(failed.Account, SequenceOf(failed.Id, failed.Version), now, failed.Id, false, fault)]);
    }

    private static Purchase Learn(Purchase purchase, Payment payment, DateTime now)
    {
        var next = purchase with
        {
            CheckoutId = purchase.CheckoutId ?? payment.CheckoutId,
            PaymentId = payment.PaymentId ?? purchase.PaymentId,
            CustomerId = payment.CustomerId ?? purchase.CustomerId,
            ReceiptUrl = payment.ReceiptUrl ?? purchase.ReceiptUrl,
        };
        if (payment.Status != PaymentStatus.Paid)
        {
            return next.PaidAt is not null ? next : payment.Status switch
            {
                PaymentStatus.Failed => next with { Status = PurchaseStatus.Failed },
                PaymentStatus.Expired => next with { Status = PurchaseStatus.Expired },
                _ => next with { Status = PurchaseStatus.Pending },
            };
        }

        // What was paid in all never changes once it is paid; the shares below are of that.
        var total = next.Total ?? payment.Total;
        var refunded = Math.Clamp(payment.Refunded, 0, total.Amount);
        var lost = Math.Clamp(payment.DisputesLost, 0, total.Amount - refunded);
        return next with
        {
            PaidAt = next.PaidAt ?? now,
            Total = total,
            Refunded = refunded,
            DisputesLost = lost,
            Disputed = Math.Clamp(payment.Disputed, 0, total.Amount - refunded - lost),
            Fault = next.Fulfilment.Movements == 0 ? FaultOf(next, payment) : next.Fault,
        };
    }

    private static string? FaultOf(Purchase purchase, Payment payment)
    {
        if (purchase.SubscriptionId is not null)
        {
            // What a plan costs with taxes, seats and parts of periods is the provider's to reckon.
            return null;
        }

        if (payment.CheckoutId != purchase.CheckoutId)
        {
            return $"The payment belongs to checkout {payment.CheckoutId}, not to that of the purchase.";
        }

        var paid = payment.Subtotal ?? payment.Total;
        return paid == purchase.Price && payment.Total.Currency == purchase.Price.Currency
            ? null
            : $"{Write(paid)} was paid (in all {Write(payment.Total)}), but {Write(purchase.Price)} was agreed.";

        static string Write(Money money) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{money.Amount} {money.Currency}");
    }

    // The provider knows no payment: the checkout was never opened, or is gone.
    private static Purchase Overdue(Purchase purchase, DateTime now) =>
        purchase is { Status: PurchaseStatus.Pending } && now > (purchase.CheckoutExpiresAt ?? purchase.CreatedAt) + LongestPending
            ? purchase with { Status = PurchaseStatus.Expired }
            : purchase;

    private static Purchase Settle(Purchase kept, Purchase purchase, DateTime now, List<CreditEvent> events)
    {
        var (account, id) = (purchase.Account, purchase.Id);
        var sequence = SequenceOf(id, kept.Version + 1);
        if (purchase.PaidAt is null)
        {
            if (purchase.Status is PurchaseStatus.Failed or PurchaseStatus.Expired && kept.Status != purchase.Status)
            {
                events.Add(new CreditEvent.PurchaseFailed(account, sequence, now, id, purchase.Status == PurchaseStatus.Expired, purchase.Fault));
            }

            return purchase;
        }

        var fulfilment = purchase.Fulfilment;
        var total = purchase.Total!.Value;
        var next = purchase with { Status = StatusOf(purchase) };
        if (next.DeliveredAt is null && (fulfilment.Parcels.Count > 0 || next.SubscriptionId is not null))
        {
            next = next with { DeliveredAt = now };
            events.Add(Completed(next, sequence, now));
        }

        if (next.Fault is { } fault && kept.Fault != fault)
        {
            events.Add(new CreditEvent.PurchaseRejected(account, sequence, now, id, fault));
        }

        if (next.Refunded != fulfilment.ToldRefunded)
        {
            events.Add(new CreditEvent.PurchaseRefunded(account, sequence, now, id, total with { Amount = next.Refunded }, total, next.Taken));
        }

        if (next.Disputed > fulfilment.ToldDisputed)
        {
            events.Add(new CreditEvent.PurchaseDisputed(account, sequence, now, id, total with { Amount = next.Disputed }, total, next.Taken));
        }
        else if (next.Disputed < fulfilment.ToldDisputed || next.DisputesLost != fulfilment.ToldLost)
        {
            events.Add(new CreditEvent.PurchaseDisputeClosed(account, sequence, now, id, next.DisputesLost <= fulfilment.ToldLost, total with { Amount = next.DisputesLost }, total, next.Taken));
        }

        return next with { Fulfilment = fulfilment with { ToldRefunded = next.Refunded, ToldDisputed = next.Disputed, ToldLost = next.DisputesLost } };
    }

    private static PurchaseStatus StatusOf(Purchase purchase)
    {
        var gone = purchase.Refunded + purchase.DisputesLost;
        return purchase.Disputed > 0 ? PurchaseStatus.Disputed
            : gone > 0 && gone >= purchase.Total!.Value.Amount ? PurchaseStatus.Refunded
            : purchase is { SubscriptionId: null, Fulfilment.Parcels.Count: 0 } ? PurchaseStatus.Paid
            : gone > 0 ? PurchaseStatus.PartlyRefunded
            : PurchaseStatus.Delivered;
    }

    private static CreditEvent.PurchaseCompleted Completed(Purchase purchase, long sequence, DateTime now) => new(purchase.Account, sequence, now, purchase.Id)
    {
        PackId = purchase.PackId,
        PackName = purchase.PackName,
        SubscriptionId = purchase.SubscriptionId,
        Credits = purchase.Credits,
        BonusCredits = purchase.BonusCredits,
        Price = purchase.Price,
        Total = purchase.Total!.Value,
        Provider = purchase.Provider,
        PaymentId = purchase.PaymentId,
        ReceiptUrl = purchase.ReceiptUrl,
    };

    // An event's key is its account, this number and its name. The last eight bytes of the id are random.
    private static long SequenceOf(Guid id, long version)
    {
        Span<byte> bytes = stackalloc byte[16];
        id.TryWriteBytes(bytes, bigEndian: true, out _);
        return unchecked(BinaryPrimitives.ReadInt64BigEndian(bytes[8..]) + version) & long.MaxValue;
    }

    /// <summary>True while a refund that was ordered is not known to be made, and can be asked for again without being made twice.</summary>
    public static bool CanFinish(OrderedRefund refund, DateTime now) => !refund.Made && now - refund.OrderedAt < RefundKeyLife;

    /// <summary>When a purchase is looked at next: soon at first, when a buyer waits, then ever more seldom, so that a refund or a dispute whose webhook was lost is found too.</summary>
    public static DateTime? DueAt(Purchase purchase, DateTime now) => purchase switch
    {
        { Fulfilment.Pending: not null } => now.AddMinutes(1),
        _ when purchase.Fulfilment.Refunds.Any(refund => CanFinish(refund, now)) => now.AddMinutes(5),
        { Status: PurchaseStatus.Pending } => now + Clamp((now - purchase.CreatedAt) / 2, TimeSpan.FromMinutes(1), TimeSpan.FromHours(6)),
        { Status: PurchaseStatus.Disputed } => now.AddHours(6),
        { PaidAt: { } paidAt } when now - paidAt < LongestLook => now + Clamp(now - paidAt, TimeSpan.FromDays(1), TimeSpan.FromDays(30)),
        _ => null,
    };

    private static TimeSpan Clamp(TimeSpan value, TimeSpan least, TimeSpan most) => value < least ? least : value > most ? most : value;
}
