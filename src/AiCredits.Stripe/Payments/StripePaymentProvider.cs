using System.Net;
using System.Security.Cryptography;
using System.Text;
using AiCredits.Payments;
using Microsoft.Extensions.Options;
using Stripe;
using Stripe.Checkout;

namespace AiCredits.Stripe.Payments;

/// <summary>Takes money through Stripe Checkout, over one client of its own: Stripe's static configuration stays the app's.</summary>
internal sealed partial class StripePaymentProvider : IPaymentProvider, IDisposable
{
    // Stripe's events are a few kilobytes.
    private const int MaxWebhookBytes = 1024 * 1024;
    private const int MaxMetadata = 500;
    private const string PurchaseIdKey = "purchase_id";

    private readonly StripeOptions options;
    private readonly HttpClient http;
    private readonly SessionService sessions;
    private readonly DisputeService disputes;
    private readonly RefundService refunds;
    private readonly global::Stripe.BillingPortal.SessionService portals;
    private readonly SubscriptionService subscriptions;
    private readonly SubscriptionScheduleService schedules;
    private readonly PaymentIntentService paymentIntents;
    private readonly InvoiceService invoices;
    private readonly InvoicePaymentService invoicePayments;
    private readonly StripeSignature signature;

    public StripePaymentProvider(IOptions<StripeOptions> options, TimeProvider clock)
    {
        this.options = options.Value;
        http = new HttpClient(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromMinutes(5), AllowAutoRedirect = false }) { Timeout = this.options.Timeout };
        var client = new StripeClient(
            this.options.SecretKey,
            httpClient: new SystemNetHttpClient(http, maxNetworkRetries: 2, enableTelemetry: false),
            apiBase: this.options.ApiBase.TrimEnd('/'));
        sessions = new SessionService(client);
        disputes = new DisputeService(client);
        refunds = new RefundService(client);
        portals = new global::Stripe.BillingPortal.SessionService(client);
        subscriptions = new SubscriptionService(client);
        schedules = new SubscriptionScheduleService(client);
        paymentIntents = new PaymentIntentService(client);
        invoices = new InvoiceService(client);
        invoicePayments = new InvoicePaymentService(client);
        signature = new StripeSignature(this.options.WebhookSecrets, this.options.WebhookTolerance, clock);
    }

    public string Name => "stripe";

    public async Task<CheckoutSession> CreateCheckoutAsync(CheckoutRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (!StripeAmount.TryToMinor(request.Price, out var amount))
        {
            throw new ArgumentException($"Stripe can't charge {request.Price.Amount} {request.Price.Currency}. Use more than zero with at most {StripeAmount.DecimalsOf(request.Price.Currency)} decimals.", nameof(request));
        }

        var session = await CreateSessionAsync(customer => ToOptions(request with { CustomerId = customer }, amount), request.CustomerId, $"checkout-{request.PurchaseId:N}", cancellationToken).ConfigureAwait(false);
        await EnsureAgreedAsync(request, amount, session, cancellationToken).ConfigureAwait(false);
        return Opened(session);
    }

    public WebhookResult ReadWebhook(WebhookRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (request.Body.Length is 0 or > MaxWebhookBytes)
        {
            return new WebhookResult.Rejected($"The body has {request.Body.Length} bytes; 1 to {MaxWebhookBytes} are read.");
        }

        return signature.FaultOf(request.Header(StripeSignature.HeaderName), request.Body.Span) is { } fault
            ? new WebhookResult.Rejected(fault)
            : StripeWebhook.Read(request.Body);
    }

    public async Task<Payment?> FindPaymentAsync(string id, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(id);
        if (StripeId.IsInvoice(id))
        {
            return await FindInvoiceAsync(id, cancellationToken).ConfigureAwait(false);
        }

        if (!StripeId.IsPayment(id))
        {
            return null;
        }

        var session = await FindSessionAsync(id, cancellationToken).ConfigureAwait(false);
        if (session is null or { Mode: "subscription" })
        {
            return StripeId.IsCheckout(id) ? null : await FindChargeAsync(id, cancellationToken).ConfigureAwait(false);
        }

        if (!StripeId.IsCheckout(session.Id))
        {
            throw Unreadable();
        }

        var charge = session.PaymentIntent?.LatestCharge;
        var disputed = charge?.Disputed == true ? await GetDisputesAsync(charge.Id, cancellationToken).ConfigureAwait(false) : [];
        return StripePayment.From(session, charge, disputed);
    }

    public async Task RefundAsync(RefundRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (!StripeAmount.TryToMinor(request.Amount, out var amount))
        {
            throw new ArgumentException($"Stripe can't refund {request.Amount.Amount} {request.Amount.Currency}. Use more than zero with at most {StripeAmount.DecimalsOf(request.Amount.Currency)} decimals.", nameof(request));
        }

        var create = new RefundCreateOptions
        {
            PaymentIntent = request.PaymentId,
            Amount = amount,
            Metadata = request.Reason is { } reason ? new Dictionary<string, string> { ["reason"] = reason.Length <= MaxMetadata ? reason : reason[..MaxMetadata] } : null,
        };
        var once = new RequestOptions { IdempotencyKey = $"aicredits-refund-{request.Key}" };
        if (await FindAsync(() => refunds.CreateAsync(create, once, cancellationToken), "payment_intent", cancellationToken).ConfigureAwait(false) is null)
        {
            throw new PaymentProviderException($"Stripe knows no payment {request.PaymentId}.");
        }
    }

    public async Task<Uri?> CreatePortalAsync(string customerId, Uri returnUrl, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(customerId);
        ArgumentNullException.ThrowIfNull(returnUrl);
        var create = new global::Stripe.BillingPortal.SessionCreateOptions { Customer = customerId, ReturnUrl = returnUrl.AbsoluteUri };
        var session = await FindAsync(() => portals.CreateAsync(create, cancellationToken: cancellationToken), "customer", cancellationToken).ConfigureAwait(false);
        return session is null ? null
            : Uri.TryCreate(session.Url, UriKind.Absolute, out var url) && url.Scheme is "https" or "http" ? url
            : throw Unreadable();
    }

    public void Dispose() => http.Dispose();

    /// <summary>
    /// Opens a checkout, under a key that stands for everything that is asked: a click that is repeated gets the same one,
    /// and one from another page, after an answer that was lost, gets its own, where Stripe would refuse the key.
    /// </summary>
    private async Task<Session> CreateSessionAsync(Func<string?, SessionCreateOptions> optionsFor, string? customerId, string key, CancellationToken cancellationToken)
    {
        var session = await CreateAsync(optionsFor(customerId)).ConfigureAwait(false);
        if (session is null && customerId is not null)
        {
            // Deleted at Stripe since the last purchase: the buyer becomes a new one.
            session = await CreateAsync(optionsFor(null)).ConfigureAwait(false);
        }

        return session ?? throw Unreadable();

        Task<Session?> CreateAsync(SessionCreateOptions create)
        {
            var asked = $"{create.Customer}\n{create.CustomerEmail}\n{create.SuccessUrl}\n{create.CancelUrl}";
            var once = new RequestOptions { IdempotencyKey = $"aicredits-{key}-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(asked)), 0, 8)}" };
            return FindAsync(() => sessions.CreateAsync(create, once, cancellationToken), "customer", cancellationToken);
        }
    }

    private static CheckoutSession Opened(Session session) =>
        StripeId.IsCheckout(session.Id) && Uri.TryCreate(session.Url, UriKind.Absolute, out var url) && url.Scheme is "https" or "http"
            ? new CheckoutSession(session.Id, url, session.ExpiresAt == default ? null : session.ExpiresAt.ToUniversalTime())
            : throw Unreadable();

    // A price kept at Stripe can have been changed there. Nobody is to pay what was not agreed: it would not be delivered.
    private async Task EnsureAgreedAsync(CheckoutRequest request, long amount, Session session, CancellationToken cancellationToken)
    {
        if (PriceOf(request) is not { } price || session.Id is null
            || (session.AmountSubtotal == amount && string.Equals(session.Currency, request.Price.Currency, StringComparison.OrdinalIgnoreCase)))
        {
            return;
        }

        await AskAsync(() => sessions.ExpireAsync(session.Id, cancellationToken: cancellationToken), cancellationToken).ConfigureAwait(false);
        throw new PaymentProviderException($"AiCredits:Stripe:Prices:{request.PackId} is {price}, which costs {StripeAmount.FromMinor(session.AmountSubtotal ?? 0, session.Currency)} {session.Currency?.ToUpperInvariant()} at Stripe, but the pack costs {request.Price.Amount} {request.Price.Currency}. Make them equal, or remove the entry.");
    }

    private string? PriceOf(CheckoutRequest request) => request.PackId is { } pack ? options.Prices.GetValueOrDefault(pack) : null;

    private async Task<Session?> FindSessionAsync(string id, CancellationToken cancellationToken)
    {
        if (StripeId.IsCheckout(id))
        {
            var one = new SessionGetOptions { Expand = ["payment_intent.latest_charge"] };
            return await AskAsync(() => sessions.GetAsync(id, one, cancellationToken: cancellationToken), cancellationToken).ConfigureAwait(false);
        }

        var list = new SessionListOptions { PaymentIntent = id, Limit = 1, Expand = ["data.payment_intent.latest_charge"] };
        var found = await AskAsync(() => sessions.ListAsync(list, cancellationToken: cancellationToken), cancellationToken).ConfigureAwait(false);
        return (found?.Data ?? throw Unreadable()).FirstOrDefault();
    }

    private async Task<List<Dispute>> GetDisputesAsync(string chargeId, CancellationToken cancellationToken)
    {
        var list = new DisputeListOptions { Charge = chargeId, Limit = 100 };
        var found = await AskAsync(() => disputes.ListAsync(list, cancellationToken: cancellationToken), cancellationToken).ConfigureAwait(false);
        return found?.Data ?? throw Unreadable();
    }

    private SessionCreateOptions ToOptions(CheckoutRequest request, long amount)
    {
        var purchase = new Dictionary<string, string> { [PurchaseIdKey] = request.PurchaseId.ToString() };
        return new SessionCreateOptions
        {
            Mode = "payment",
            ClientReferenceId = request.PurchaseId.ToString(),
            Metadata = purchase,
            // Copied to the payment, so that it can be found by the purchase in the dashboard too.
            PaymentIntentData = new SessionPaymentIntentDataOptions { Description = request.Title, Metadata = purchase },
            LineItems =
            [
                new SessionLineItemOptions
                {
                    Quantity = 1,
                    Price = PriceOf(request),
                    PriceData = PriceOf(request) is not null ? null : new SessionLineItemPriceDataOptions
                    {
                        // Stripe wants the currency in lower case.
                        Currency = request.Price.Currency.ToLowerInvariant(),
                        UnitAmount = amount,
                        ProductData = new SessionLineItemPriceDataProductDataOptions { Name = request.Title, Description = request.Description },
                    },
                },
            ],
            SuccessUrl = request.SuccessUrl.AbsoluteUri,
            CancelUrl = request.CancelUrl.AbsoluteUri,
            Customer = request.CustomerId,
            // So that the next purchase is the same customer's.
            CustomerCreation = request.CustomerId is null ? "always" : null,
            CustomerEmail = request.CustomerId is null ? request.Email : null,
            // With a known customer Stripe Tax needs leave to keep the address that it is entered at checkout.
            CustomerUpdate = request.CustomerId is not null && options.AutomaticTax ? new SessionCustomerUpdateOptions { Address = "auto" } : null,
            AutomaticTax = options.AutomaticTax ? new SessionAutomaticTaxOptions { Enabled = true } : null,
            InvoiceCreation = options.CreateInvoices ? new SessionInvoiceCreationOptions { Enabled = true } : null,
            AllowPromotionCodes = options.AllowPromotionCodes ? true : null,
        };
    }

    /// <summary>Asks Stripe for something that is about another thing; null where it does not know that, which it says with 404 or, for a parameter, with 400.</summary>
    private static async Task<T?> FindAsync<T>(Func<Task<T>> ask, string parameter, CancellationToken cancellationToken)
        where T : class
    {
        try
        {
            return await AskAsync(ask, cancellationToken).ConfigureAwait(false);
        }
        catch (PaymentProviderException exception) when (exception.InnerException is StripeException { StripeError: { Code: "resource_missing", Param: var missing } } && missing == parameter)
        {
            return null;
        }
    }

    /// <summary>Asks Stripe; null where it knows no such thing. Whatever goes wrong, a broken answer included, has one face.</summary>
    private static async Task<T?> AskAsync<T>(Func<Task<T>> ask, CancellationToken cancellationToken)
        where T : class
    {
        try
        {
            return await ask().ConfigureAwait(false);
        }
        catch (StripeException exception) when (exception is { HttpStatusCode: HttpStatusCode.NotFound, StripeError.Code: "resource_missing" })
        {
            return null;
        }
        catch (StripeException exception) when (exception.HttpStatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden)
        {
            throw new PaymentProviderException("Stripe refuses the key. Check that AiCredits:Stripe:SecretKey is in use and, if it is a restricted one, may write Checkout Sessions, PaymentIntents, Refunds, Subscriptions and the customer portal, and read Charges, Disputes, Invoices, PaymentMethods and SetupIntents.", exception);
        }
        catch (StripeException exception) when ((int)exception.HttpStatusCode is >= 400 and < 500 && exception.HttpStatusCode is not (HttpStatusCode.TooManyRequests or HttpStatusCode.Conflict))
        {
            throw new PaymentProviderException($"Stripe refuses the request: {exception.StripeError?.Message ?? exception.Message}", exception);
        }
        catch (Exception exception) when (exception is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            throw new PaymentProviderException("Stripe can't be reached, or doesn't answer as it should. Try again later; https://status.stripe.com tells of outages.", exception) { IsTransient = true };
        }
    }

    private static PaymentProviderException Unreadable() =>
        new("Stripe's answer lacks what it always has. Check that AiCredits:Stripe:ApiBase is Stripe's address.");
}
