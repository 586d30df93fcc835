using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using AiCredits.Purchases;

namespace AiCredits.Plans;

/// <content>What was paid: each invoice is a purchase, so that money that goes back takes its credits with it.</content>
internal static partial class SubscriptionRules
{
    // Providers tell of fewer.
    private const int MaxInvoices = 100;

    /// <summary>The invoices that no purchase was made of yet, oldest first.</summary>
    public static IReadOnlyList<ProviderInvoice> NewInvoices(Subscription subscription, ProviderSubscription facts) =>
        [.. facts.Invoices.Where(invoice => !subscription.Invoices.Contains(invoice.Id)).OrderBy(invoice => invoice.CreatedAt)];

    /// <summary>Notes what has paid for the period, and for what was added to it.</summary>
    public static Subscription Note(Subscription subscription, IReadOnlyList<ProviderInvoice> invoices)
    {
        foreach (var invoice in invoices)
        {
            var id = IdOf(subscription, invoice);
            var paid = invoice.Total.Amount > 0 ? id : (Guid?)null;
            var next = subscription with { Invoices = [.. subscription.Invoices.TakeLast(MaxInvoices - 1), invoice.Id] };
            subscription = !invoice.IsPeriod ? next with { RaisedBy = paid ?? next.RaisedBy, PaidLevel = next.PaidLevel.IsZero ? next.Slot?.Level ?? Credits.Zero : next.PaidLevel }
                // One of an earlier period may be paid late.
                : next.PaidBy is { } current && current > id ? next
                : next with { PaidBy = paid, PaidLevel = LevelOf(next), RaisedBy = null };
        }

        return subscription;
    }

    /// <summary>An invoice as a purchase: whoever finds it makes the same one.</summary>
    public static Purchase PurchaseOf(Subscription subscription, ProviderInvoice invoice, DateTime now) => new()
    {
        Id = IdOf(subscription, invoice),
        Account = subscription.Account,
        PackId = subscription.Plan.Id,
        PackName = subscription.Plan.Name,
        SubscriptionId = subscription.Id,
        PaysUntil = invoice.PaysUntil is { } end ? UtcMicroseconds.Cut(end) : null,
        Price = invoice.Total,
        Credits = LevelOf(subscription),
        Provider = subscription.Provider,
        CreatedAt = UtcMicroseconds.Cut(invoice.CreatedAt),
        ChangedAt = now,
        CheckoutId = invoice.Id,
        CustomerId = subscription.CustomerId,
        DueAt = now.AddMinutes(2),
        Version = 1,
    };

    /// <summary>The purchase with a grant that it has paid for.</summary>
    public static Purchase Deliver(Purchase purchase, PurchaseParcel parcel)
    {
        var fulfilment = purchase.Fulfilment;
        return fulfilment.Parcels.Any(known => IsOf(known, parcel.GrantId, parcel.ExpiresAt))
            ? purchase
            : purchase with
            {
                Credits = fulfilment.Parcels.Count == 0 ? parcel.Amount : purchase.Credits + parcel.Amount,
                Fulfilment = fulfilment with { Parcels = [.. fulfilment.Parcels, parcel] },
            };
    }

    /// <summary>The purchase after what was left of one of its grants has ended with its refill.</summary>
    public static Purchase End(Purchase purchase, RefillParcel granted, Credits ended) => purchase with
    {
        Fulfilment = purchase.Fulfilment with
        {
            Parcels =
            [
                .. purchase.Fulfilment.Parcels.Select(parcel => !IsOf(parcel, granted.GrantId, granted.ExpiresAt) ? parcel : parcel with
                {
                    Gone = Credits.Max(parcel.Gone, Credits.Min(ended, parcel.Amount - parcel.Taken)),
                    IsOver = true,
                }),
            ],
        },
    };

    /// <summary>
    /// The purchase of a subscription that was ended before its time: it pays for no more time, and the refills that never
    /// come are given up, so that a refund of the rest takes nothing of those that came.
    /// </summary>
    public static Purchase EndEarly(Purchase purchase, Subscription ended)
    {
        if (purchase.PaysUntil is not { } until || ended.EndedAt is not { } end || until <= end)
        {
            return purchase;
        }

        var earned = purchase with { PaysUntil = end };
        var never = purchase.Fulfilment.Parcels.Count == 0 ? Credits.Zero
            : purchase.Id == ended.RaisedBy ? (LevelOf(ended) - Credits.Min(ended.PaidLevel, LevelOf(ended))) * RefillsAfter(ended, end)
            : purchase.Id != ended.PaidBy ? Credits.Zero
            // Going up that had no invoice of its own hangs on that of the period.
            : ended.RaisedBy is null && LevelOf(ended) > ended.PaidLevel ? LevelOf(ended) * RefillsAfter(ended, end)
            : Credits.Max(Credits.Zero, (ended.PaidLevel * RefillsOf(ended.Plan)) - purchase.Credits);
        return never.IsZero ? earned : Deliver(earned, new PurchaseParcel(PurchasePart.Paid, 0, never) { Gone = never, ExpiresAt = ended.PeriodEnd, IsOver = true });
    }

    /// <summary>What refunds and disputes have taken of a grant unspent, in millionths; below zero for what was given back.</summary>
    public static long TakenBack(Purchase? purchase, RefillParcel granted, bool isGivenBack) =>
        granted.GrantId > 0 && purchase?.Fulfilment.Parcels.FirstOrDefault(one => one.GrantId == granted.GrantId) is { } parcel
            ? (parcel.Taken - parcel.Owed).Millionths - (isGivenBack ? parcel.Amount : parcel.Amount - granted.Amount).Millionths
            : 0;

    /// <summary>
    /// How much of a further refill isn't granted, since that share of its payment is refunded, lost or disputed. Counted
    /// with the refills before, so that rounding adds nothing up.
    /// </summary>
    public static Credits Withheld(Purchase? purchase, Credits amount)
    {
        if (purchase is not { Total: { } total })
        {
            return Credits.Zero;
        }

        var before = purchase.Fulfilment.Parcels.Count == 0 ? Credits.Zero : purchase.Credits;
        return Credits.Min(amount, ShareOf(before + amount) - ShareOf(before));

        Credits ShareOf(Credits credits) => PurchaseRules.ShareOf(credits, purchase.Refunded + purchase.DisputesLost + purchase.Disputed, total.Amount);
    }

    /// <summary>The same of an allowance, which both purchases pay for together.</summary>
    public static Credits Withheld(Purchase? paidBy, Purchase? raisedBy, Credits amount)
    {
        var paid = new[] { paidBy, raisedBy }.OfType<Purchase>().Where(purchase => purchase.Total is not null).ToList();
        return Credits.Min(amount, PurchaseRules.ShareOf(amount, paid.Sum(purchase => purchase.Refunded + purchase.DisputesLost + purchase.Disputed), paid.Sum(purchase => purchase.Total!.Value.Amount)));
    }

    /// <summary>What one refill stands for, or one window of fair use.</summary>
    private static Credits LevelOf(Subscription subscription) => (subscription.Plan.FairUse?.Credits ?? subscription.Plan.Credits) * subscription.Seats;

    private static int RefillsOf(CreditPlan plan) => (int)plan.Interval / plan.RefillMonths;

    private static int RefillsAfter(Subscription subscription, DateTime time) =>
        Enumerable.Range(1, RefillsOf(subscription.Plan) - 1).Count(refill => subscription.PeriodStart?.AddMonths(refill * subscription.Plan.RefillMonths) > time);

    // What was withheld whole has no grant; it is told by its end.
    private static bool IsOf(PurchaseParcel parcel, long grantId, DateTime? expiresAt) => parcel.GrantId == grantId && (grantId > 0 || parcel.ExpiresAt == expiresAt);

    // Ordered by time like every purchase's, and the same whoever makes it.
    private static Guid IdOf(Subscription subscription, ProviderInvoice invoice)
    {
        Span<byte> bytes = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes($"{subscription.Provider}\n{invoice.Id}"), bytes);
        var id = bytes[..16];
        BinaryPrimitives.WriteUInt64BigEndian(id, ((ulong)new DateTimeOffset(invoice.CreatedAt).ToUnixTimeMilliseconds() << 16) | 0x7000 | BinaryPrimitives.ReadUInt16BigEndian(id[6..]) & 0x0FFFUL);
        id[8] = (byte)((id[8] & 0x3F) | 0x80);
        return new Guid(id, bigEndian: true);
    }
}
