using System.Net;
using AiCredits.Payments;
using Microsoft.Extensions.Options;
using Stripe;
using Stripe.Checkout;

namespace AiCredits.Stripe.Payments;

/// <summary>Takes money through Stripe Checkout, over one client of its own: Stripe's static configuration stays the app's.</summary>
internal sealed class StripePaymentProvider : IPaymentProvider, IDisposable
{
    // Stripe's events are a few kilobytes.
    private const int MaxWebhookBytes = 1024 * 1024;
    private const string PurchaseIdKey = "purchase_id";

    private readonly StripeOptions options;
    private readonly HttpClient http;
    private readonly SessionService sessions;
    private readonly DisputeService disputes;
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

        var create = ToOptions(request, amount);
        var once = new RequestOptions { IdempotencyKey = $"aicredits-checkout-{request.PurchaseId:N}" };
        var session = await AskAsync(() => sessions.CreateAsync(create, once, cancellationToken), cancellationToken).ConfigureAwait(false);
        return StripeId.IsCheckout(session?.Id) && Uri.TryCreate(session.Url, UriKind.Absolute, out var url) && url.Scheme is "https" or "http"
            ? new CheckoutSession(session.Id, url, session.ExpiresAt == default ? null : session.ExpiresAt.ToUniversalTime())
            : throw Unreadable();
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
        if (!StripeId.IsPayment(id))
        {
            return null;
        }

        var session = await FindSessionAsync(id, cancellationToken).ConfigureAwait(false);
        if (session is null)
        {
            return null;
        }

        if (!StripeId.IsCheckout(session.Id))
        {
            throw Unreadable();
        }

        var charge = session.PaymentIntent?.LatestCharge;
        var disputed = charge?.Disputed == true ? await GetDisputesAsync(charge.Id, cancellationToken).ConfigureAwait(false) : [];
        return StripePayment.From(session, charge, disputed);
    }

    public void Dispose() => http.Dispose();

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
                    PriceData = new SessionLineItemPriceDataOptions
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
            CustomerEmail = request.CustomerId is null ? request.Email : null,
            // With a known customer Stripe Tax needs leave to keep the address that it is entered at checkout.
            CustomerUpdate = request.CustomerId is not null && options.AutomaticTax ? new SessionCustomerUpdateOptions { Address = "auto" } : null,
            AutomaticTax = options.AutomaticTax ? new SessionAutomaticTaxOptions { Enabled = true } : null,
            InvoiceCreation = options.CreateInvoices ? new SessionInvoiceCreationOptions { Enabled = true } : null,
            AllowPromotionCodes = options.AllowPromotionCodes ? true : null,
        };
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
            throw new PaymentProviderException("Stripe refuses the key. Check that AiCredits:Stripe:SecretKey is in use and, if it is a restricted one, may write Checkout Sessions and read PaymentIntents, Charges and Disputes.", exception);
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
