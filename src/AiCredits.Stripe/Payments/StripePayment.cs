using AiCredits.Payments;
using Stripe;
using Stripe.Checkout;

namespace AiCredits.Stripe.Payments;

/// <summary>Reads how a payment stands from Stripe's three objects: the session or the invoice, its charge and the disputes of that.</summary>
internal static class StripePayment
{
    public static Payment From(Session session, Charge? charge, IReadOnlyList<Dispute> disputes)
    {
        var total = session.AmountTotal ?? 0;
        var currency = session.Currency ?? "";
        var refunded = charge is null ? 0 : ShareOf(total, charge.AmountRefunded, charge.Amount);
        var lost = Math.Min(total - refunded, Sum(dispute => dispute.Status == "lost"));
        var open = Math.Min(total - refunded - lost, Sum(IsOpen));
        return new Payment
        {
            CheckoutId = session.Id,
            PaymentId = session.PaymentIntentId,
            PurchaseId = Guid.TryParseExact(session.ClientReferenceId, "D", out var purchaseId) ? purchaseId : null,
            Status = StatusOf(session),
            Total = new Money(StripeAmount.FromMinor(total, currency), currency.ToUpperInvariant()),
            Subtotal = session.AmountSubtotal is { } subtotal ? new Money(StripeAmount.FromMinor(subtotal, currency), currency.ToUpperInvariant()) : null,
            Refunded = StripeAmount.FromMinor(refunded, currency),
            Disputed = StripeAmount.FromMinor(open, currency),
            DisputesLost = StripeAmount.FromMinor(lost, currency),
            CustomerId = session.CustomerId,
            ReceiptUrl = Uri.TryCreate(charge?.ReceiptUrl, UriKind.Absolute, out var receipt) ? receipt : null,
        };

        // A dispute may be in the currency of the buyer's bank: then it is taken to be about everything.
        long Sum(Func<Dispute, bool> which) => disputes
            .Where(which)
            .Sum(dispute => dispute.Currency == charge!.Currency ? ShareOf(total, dispute.Amount, charge.Amount) : total);
    }

    /// <summary>What was paid by an invoice, and what became of that.</summary>
    public static Payment From(Invoice invoice, IReadOnlyList<Charge> charges, IReadOnlyList<Dispute> disputes)
    {
        var (total, currency) = (invoice.AmountPaid, invoice.Currency ?? "");
        var refunded = Math.Min(total, charges.Sum(charge => charge.AmountRefunded));
        var lost = Math.Min(total - refunded, Sum(dispute => dispute.Status == "lost"));
        var open = Math.Min(total - refunded - lost, Sum(IsOpen));
        return new Payment
        {
            CheckoutId = invoice.Id,
            PaymentId = charges.Count > 0 ? charges[0].PaymentIntentId : null,
            Status = invoice.Status switch
            {
                "paid" => PaymentStatus.Paid,
                "void" or "uncollectible" => PaymentStatus.Failed,
                _ => PaymentStatus.Processing,
            },
            Total = new Money(StripeAmount.FromMinor(total, currency), currency.ToUpperInvariant()),
            Refunded = StripeAmount.FromMinor(refunded, currency),
            Disputed = StripeAmount.FromMinor(open, currency),
            DisputesLost = StripeAmount.FromMinor(lost, currency),
            CustomerId = invoice.CustomerId,
            ReceiptUrl = Uri.TryCreate(invoice.HostedInvoiceUrl, UriKind.Absolute, out var receipt) ? receipt : null,
        };

        long Sum(Func<Dispute, bool> which) => disputes.Where(which).Sum(dispute => dispute.Currency == invoice.Currency ? dispute.Amount : total);
    }

    private static bool IsOpen(Dispute dispute) => dispute.Status is "needs_response" or "under_review" or "appeal_needs_response" or "appeal_under_review";

    private static PaymentStatus StatusOf(Session session) => (session.Status, session.PaymentStatus) switch
    {
        ("complete", "paid" or "no_payment_required") => PaymentStatus.Paid,
        ("complete", _) when session.PaymentIntent?.Status is "requires_payment_method" or "canceled" => PaymentStatus.Failed,
        ("complete", _) => PaymentStatus.Processing,
        ("expired", _) => PaymentStatus.Expired,
        _ => PaymentStatus.Open,
    };

    // Where Stripe charged in the buyer's currency, the share of the charge is the share of the total; rounded up, never above it.
    private static long ShareOf(long total, long part, long whole) =>
        whole <= 0 || part <= 0 ? 0 : Math.Min(total, (long)Math.Ceiling((decimal)total * part / whole));
}
