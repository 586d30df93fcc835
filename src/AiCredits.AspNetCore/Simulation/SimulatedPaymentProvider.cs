using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using AiCredits.Payments;

namespace AiCredits.AspNetCore.Simulation;

/// <summary>
/// Takes no money, for development, tests and demonstrations: offline, with a checkout page of its own and webhooks signed
/// like a real provider's.
/// </summary>
internal sealed class SimulatedPaymentProvider(SimulatedBooks books, SimulatedLinks links, SimulatedPortal portal, TimeProvider clock) : IPaymentProvider
{
    public const string ProviderName = "simulated";
    public const string SignatureHeader = "Simulated-Signature";
    private const string CheckoutPrefix = "sim_cs_";
    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(24);
    private static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(5);
    private readonly SimulatedBook<SimulatedCheckout> checkouts = books.Checkouts;
    private readonly byte[] key = RandomNumberGenerator.GetBytes(32);

    public string Name => ProviderName;

    public Task<CheckoutSession> CreateCheckoutAsync(CheckoutRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (request.Price.Amount <= 0)
        {
            throw new ArgumentException($"Nobody can pay {request.Price.Amount} {request.Price.Currency}. Use more than zero.", nameof(request));
        }

        var id = $"{CheckoutPrefix}{request.PurchaseId:N}";
        var checkout = checkouts.GetOrAdd(id, new SimulatedCheckout(request, id, UtcMicroseconds.Now(clock) + Lifetime));
        return Task.FromResult(new CheckoutSession(id, new Uri(request.SuccessUrl, links.PathOf(SimulatedLinks.Checkout, id)), checkout.ExpiresAt));
    }

    /// <summary>A payment that nobody had to come to a page for, and says its id.</summary>
    public string Charge(CheckoutRequest request)
    {
        var id = $"{CheckoutPrefix}{request.PurchaseId:N}";
        checkouts.GetOrAdd(id, new SimulatedCheckout(request, id, UtcMicroseconds.Now(clock) + Lifetime) { Status = PaymentStatus.Paid });
        return id;
    }

    public WebhookResult ReadWebhook(WebhookRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        var parts = (request.Header(SignatureHeader) ?? "").Split('.');
        if (parts.Length != 2 || !long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            || !CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(Sign(seconds, request.Body.Span)), Encoding.ASCII.GetBytes(request.Header(SignatureHeader)!)))
        {
            return new WebhookResult.Rejected("The signature doesn't fit.");
        }

        if (Math.Abs(clock.GetUtcNow().ToUnixTimeSeconds() - seconds) > Tolerance.TotalSeconds)
        {
            return new WebhookResult.Rejected("It was signed too long ago.");
        }

        try
        {
            return JsonSerializer.Deserialize<PaymentEvent>(request.Body.Span) is { Id: not null, Type: not null, PaymentId: not null } paymentEvent
                ? new WebhookResult.Accepted(paymentEvent)
                : new WebhookResult.Rejected("The body is no event.");
        }
        catch (JsonException)
        {
            return new WebhookResult.Rejected("The body is no JSON.");
        }
    }

    public Task<Payment?> FindPaymentAsync(string id, CancellationToken cancellationToken = default) => Task.FromResult(Find(id)?.ToPayment());

    public Task RefundAsync(RefundRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (request.Amount.Amount <= 0)
        {
            throw new ArgumentException($"Nobody can be given {request.Amount.Amount} {request.Amount.Currency} back. Use more than zero.", nameof(request));
        }

        Change(request.CheckoutId, checkout =>
            checkout.RefundKeys.Contains(request.Key) ? checkout
            : request.Amount.Amount <= checkout.Refundable && request.Amount.Currency == checkout.Request.Price.Currency
                ? SimulatedRules.Refund(checkout, request.Amount.Amount) with { RefundKeys = [.. checkout.RefundKeys, request.Key] }
            : throw new PaymentProviderException($"The simulated payment has {checkout.Refundable} {checkout.Request.Price.Currency} left to refund."));
        return Task.CompletedTask;
    }

    public Task<Uri?> CreatePortalAsync(string customerId, Uri returnUrl, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(customerId);
        ArgumentNullException.ThrowIfNull(returnUrl);
        return Task.FromResult<Uri?>(portal.IsCustomer(customerId) ? new Uri(returnUrl, links.PathOf(SimulatedLinks.Portal, portal.Open(customerId, returnUrl))) : null);
    }

    /// <summary>The checkout of an id, its own or its payment's; expired when its time is over.</summary>
    public SimulatedCheckout? Find(string id)
    {
        ArgumentNullException.ThrowIfNull(id);
        return (checkouts.Find(id) ?? checkouts.All.FirstOrDefault(one => one.PaymentId == id) ?? FindInvoice(id)) is { } checkout ? SimulatedRules.Pass(checkout, UtcMicroseconds.Now(clock)) : null;
    }

    private SimulatedCheckout? FindInvoice(string id)
    {
        foreach (var subscription in books.Subscriptions.All.Select(one => SimulatedSubscriptionRules.Pass(one, UtcMicroseconds.Now(clock))))
        {
            if (subscription.Invoices.FirstOrDefault(invoice => invoice.Id == id) is { } invoice)
            {
                return checkouts.GetOrAdd(id, subscription.ToCheckout(invoice));
            }
        }

        return null;
    }

    /// <summary>Does something with a checkout, if it can be done now, and says what to tell the app: null when there is nothing to tell.</summary>
    public PaymentEvent? Act(string id, SimulatedAct act)
    {
        string? eventType = null;
        Change(id, checkout =>
        {
            eventType = null;
            if (!SimulatedRules.ActsOf(checkout).Contains(act))
            {
                return checkout;
            }

            (var changed, eventType) = SimulatedRules.Apply(checkout, act);
            return changed;
        });
        var now = UtcMicroseconds.Now(clock);
        return eventType is null ? null : new PaymentEvent($"sim_evt_{Guid.CreateVersion7(new DateTimeOffset(now)):N}", eventType, id, now);
    }

    /// <summary>An event as the webhook that tells it.</summary>
    public WebhookRequest ToWebhook(PaymentEvent paymentEvent)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(paymentEvent);
        var signature = Sign(clock.GetUtcNow().ToUnixTimeSeconds(), body);
        return new WebhookRequest(body, name => string.Equals(name, SignatureHeader, StringComparison.OrdinalIgnoreCase) ? signature : null);
    }

    /// <summary>Marks a form of the checkout's page as this process's own.</summary>
    public string SealOf(string id) => Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"form {id}")));

    private void Change(string id, Func<SimulatedCheckout, SimulatedCheckout> change)
    {
        if (!checkouts.Change(id, checkout => change(SimulatedRules.Pass(checkout, UtcMicroseconds.Now(clock)))))
        {
            throw new PaymentProviderException("There is no such simulated payment. Without AiCredits:Http:SimulatedPaymentsFolder they are gone when the app is restarted.");
        }
    }

    private string Sign(long seconds, ReadOnlySpan<byte> body)
    {
        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
        hash.AppendData(Encoding.ASCII.GetBytes($"{seconds}."));
        hash.AppendData(body);
        return $"{seconds}.{Convert.ToHexStringLower(hash.GetHashAndReset())}";
    }
}
