using AiCredits.Payments;
using AiCredits.Plans;
using AiCredits.Stripe.Plans;
using Stripe;

namespace AiCredits.Stripe.Payments;

/// <content>What was paid for subscriptions: an invoice stands for the checkout, and its payment intents for the payment.</content>
internal sealed partial class StripePaymentProvider
{
    private async Task<Payment?> FindInvoiceAsync(string id, CancellationToken cancellationToken)
    {
        var one = new InvoiceGetOptions { Expand = ["payments"] };
        if (await AskAsync(() => invoices.GetAsync(id, one, cancellationToken: cancellationToken), cancellationToken).ConfigureAwait(false) is not { } invoice)
        {
            return null;
        }

        if (!StripeId.IsInvoice(invoice.Id))
        {
            throw Unreadable();
        }

        var charges = new List<Charge>();
        var disputed = new List<Dispute>();
        foreach (var intentId in invoice.Payments?.Data?.Where(payment => payment.Status == "paid").Select(payment => payment.Payment?.PaymentIntentId).OfType<string>() ?? [])
        {
            // One by one: what is wanted lies deeper than Stripe expands.
            var expand = new PaymentIntentGetOptions { Expand = ["latest_charge"] };
            var intent = await AskAsync(() => paymentIntents.GetAsync(intentId, expand, cancellationToken: cancellationToken), cancellationToken).ConfigureAwait(false);
            if (intent?.LatestCharge is { } charge)
            {
                charges.Add(charge);
                disputed.AddRange(charge.Disputed ? await GetDisputesAsync(charge.Id, cancellationToken).ConfigureAwait(false) : []);
            }
        }

        return StripePayment.From(invoice, charges, disputed);
    }

    /// <summary>The last few invoices of a subscription that are paid; none where the key may not list them.</summary>
    private async Task<IReadOnlyList<ProviderInvoice>> FindPaidAsync(string subscriptionId, DateTime periodStart, CancellationToken cancellationToken)
    {
        var list = new InvoiceListOptions { Subscription = subscriptionId, Status = "paid", Limit = 3 };
        try
        {
            var found = await AskAsync(() => invoices.ListAsync(list, cancellationToken: cancellationToken), cancellationToken).ConfigureAwait(false);
            return [.. (found?.Data ?? []).Where(StripeSubscription.IsPaid).Select(invoice => StripeSubscription.Read(invoice, periodStart))];
        }
        catch (PaymentProviderException exception) when (!exception.IsTransient)
        {
            return [];
        }
    }

    /// <summary>The payment of the invoice that a payment intent has paid; null when it has paid none.</summary>
    private async Task<Payment?> FindInvoiceOfAsync(string paymentId, CancellationToken cancellationToken)
    {
        var list = new InvoicePaymentListOptions { Payment = new InvoicePaymentPaymentOptions { Type = "payment_intent", PaymentIntent = paymentId }, Limit = 1 };
        try
        {
            var found = await AskAsync(() => invoicePayments.ListAsync(list, cancellationToken: cancellationToken), cancellationToken).ConfigureAwait(false);
            return found?.Data?.FirstOrDefault()?.InvoiceId is { } id && StripeId.IsInvoice(id) ? await FindInvoiceAsync(id, cancellationToken).ConfigureAwait(false) : null;
        }
        catch (PaymentProviderException exception) when (!exception.IsTransient)
        {
            // A key that may not read them, for instance. The same account may serve other products, whose events must not
            // come again for days; what happened to a plan's payment is found by the reconciliation.
            return null;
        }
    }
}
