using System.Net;
using AiCredits.Payments;
using AiCredits.TopUps;
using Stripe;
using Stripe.Checkout;

namespace AiCredits.Stripe.Payments;

/// <summary>Charges saved cards through PaymentIntents, while their owners are away.</summary>
internal sealed partial class StripePaymentProvider : ITopUpProvider
{
    private const int ChargesToLookThrough = 100;

    public async Task<CheckoutSession> CreateCardSetupAsync(CardSetupRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return Opened(await CreateSessionAsync(
            customer => new SessionCreateOptions
            {
                Mode = "setup",
                Currency = request.Currency.ToLowerInvariant(),
                // What can be charged at once while its owner is away.
                AllowedPaymentMethodTypes = ["card"],
                Customer = customer,
                CustomerEmail = customer is null ? request.Email : null,
                CustomerCreation = customer is null ? "always" : null,
                SuccessUrl = request.SuccessUrl.AbsoluteUri,
                CancelUrl = request.CancelUrl.AbsoluteUri,
            },
            request.CustomerId,
            $"setup-{request.Key}",
            cancellationToken).ConfigureAwait(false));
    }

    public async Task<SavedCard?> FindCardAsync(string setupId, CancellationToken cancellationToken = default)
    {
        if (!StripeId.IsCheckout(setupId))
        {
            return null;
        }

        var expand = new SessionGetOptions { Expand = ["setup_intent.payment_method"] };
        var session = await AskAsync(() => sessions.GetAsync(setupId, expand, cancellationToken: cancellationToken), cancellationToken).ConfigureAwait(false);
        return session is { Status: "complete", CustomerId: { } customer, SetupIntent: { Status: "succeeded", PaymentMethod: { Id: { } method } saved } }
            ? new SavedCard(customer, method, saved.Card is { } card ? $"{card.Brand} {card.Last4}" : saved.Type)
            : null;
    }

    public async Task<ChargeResult> ChargeAsync(ChargeRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (!StripeAmount.TryToMinor(request.Price, out var amount))
        {
            throw new PaymentProviderException($"Stripe can't charge {request.Price.Amount} {request.Price.Currency}. Use more than zero with at most {StripeAmount.DecimalsOf(request.Price.Currency)} decimals.");
        }

        var create = new PaymentIntentCreateOptions
        {
            Amount = amount,
            Currency = request.Price.Currency.ToLowerInvariant(),
            Customer = request.Card.CustomerId,
            PaymentMethod = request.Card.MethodId,
            Description = request.Title,
            Metadata = new Dictionary<string, string> { [PurchaseIdKey] = request.PurchaseId.ToString() },
            Confirm = true,
            OffSession = true,
            // Nobody is there to be sent anywhere: without this Stripe wants an address to return to, and refuses the charge.
            AutomaticPaymentMethods = new PaymentIntentAutomaticPaymentMethodsOptions { Enabled = true, AllowRedirects = "never" },
        };
        var once = new RequestOptions { IdempotencyKey = $"aicredits-topup-{request.PurchaseId:N}" };
        try
        {
            var intent = await AskAsync(() => paymentIntents.CreateAsync(create, once, cancellationToken), cancellationToken).ConfigureAwait(false);
            return intent is null ? new ChargeResult.Declined("Stripe knows the card or its owner no more.") : ResultOf(intent);
        }
        catch (PaymentProviderException exception) when (exception.InnerException is StripeException { HttpStatusCode: HttpStatusCode.PaymentRequired, StripeError: { } error })
        {
            return error.Code == "authentication_required" ? new ChargeResult.AuthenticationRequired() : new ChargeResult.Declined(error.Message);
        }
        catch (PaymentProviderException exception) when (exception.InnerException is StripeException { HttpStatusCode: HttpStatusCode.BadRequest, StripeError: { } error } && IsAboutTheCard(error))
        {
            return new ChargeResult.Declined(error.Message);
        }
    }

    public async Task<ChargeResult?> FindChargeAsync(ChargeRequest request, DateTime since, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        var list = new PaymentIntentListOptions
        {
            Customer = request.Card.CustomerId,
            // Stripe's clock need not be ours to the minute.
            Created = new DateRangeOptions { GreaterThanOrEqual = since.AddMinutes(-10) },
            Limit = ChargesToLookThrough,
        };
        if (await FindAsync(() => paymentIntents.ListAsync(list, cancellationToken: cancellationToken), "customer", cancellationToken).ConfigureAwait(false) is not { } found)
        {
            // Its owner was deleted at Stripe: the charge is asked for once more, and refused.
            return null;
        }

        var id = request.PurchaseId.ToString();
        var intent = (found.Data ?? throw Unreadable()).FirstOrDefault(one => one.Metadata?.GetValueOrDefault(PurchaseIdKey) == id);
        return intent is null ? null : ResultOf(intent);
    }

    // Removed in Stripe's portal, or gone with its customer. Not every such error names its parameter.
    private static bool IsAboutTheCard(StripeError error) =>
        error.Param is "payment_method" or "customer" || (error.Param is null && error.Message?.Contains("PaymentMethod", StringComparison.Ordinal) == true);

    private static ChargeResult ResultOf(PaymentIntent intent) => intent.Status switch
    {
        "succeeded" or "processing" or "requires_capture" => new ChargeResult.Taken(intent.Id),
        "requires_action" or "requires_confirmation" => new ChargeResult.AuthenticationRequired(),
        _ => intent.LastPaymentError?.Code == "authentication_required" ? new ChargeResult.AuthenticationRequired() : new ChargeResult.Declined(intent.LastPaymentError?.Message),
    };

    /// <summary>The payment of a saved card as one that a checkout has made, or that of an invoice; null when it is no purchase of ours.</summary>
    private async Task<Payment?> FindChargeAsync(string paymentId, CancellationToken cancellationToken)
    {
        var one = new PaymentIntentGetOptions { Expand = ["latest_charge"] };
        var intent = await AskAsync(() => paymentIntents.GetAsync(paymentId, one, cancellationToken: cancellationToken), cancellationToken).ConfigureAwait(false);
        if (intent is null)
        {
            return null;
        }

        if (intent.Metadata?.GetValueOrDefault(PurchaseIdKey) is not { } purchase || !Guid.TryParseExact(purchase, "D", out _))
        {
            return await FindInvoiceOfAsync(intent.Id, cancellationToken).ConfigureAwait(false);
        }

        var session = new Session
        {
            Id = intent.Id,
            ClientReferenceId = purchase,
            Status = "complete",
            PaymentStatus = intent.Status == "succeeded" ? "paid" : "unpaid",
            AmountTotal = intent.Amount,
            AmountSubtotal = intent.Amount,
            Currency = intent.Currency,
            CustomerId = intent.CustomerId,
            PaymentIntent = intent,
        };
        var charge = intent.LatestCharge;
        var disputed = charge?.Disputed == true ? await GetDisputesAsync(charge.Id, cancellationToken).ConfigureAwait(false) : [];
        return StripePayment.From(session, charge, disputed);
    }
}
