using System.Collections.Concurrent;
using AiCredits.Payments;

namespace AiCredits.Conformance.Purchases;

/// <summary>A payment provider whose payments stand as the test says, and that may fail before or after it has done what it was asked.</summary>
public sealed class ScriptedPayments(Crashes? crashes = null) : IPaymentProvider
{
    private readonly ConcurrentDictionary<string, Payment> payments = new(StringComparer.Ordinal);

    /// <inheritdoc />
    public string Name { get; init; } = "scripted";

    /// <summary>What was asked for, in order.</summary>
    public ConcurrentQueue<CheckoutRequest> Checkouts { get; } = new();

    /// <summary>The refunds that were made, by their keys.</summary>
    public ConcurrentDictionary<string, RefundRequest> Refunds { get; } = new(StringComparer.Ordinal);

    /// <summary>Fails every call while it is set.</summary>
    public PaymentProviderException? Outage { get; set; }

    /// <summary>Fails every refund while it is set: before it is made, or after it.</summary>
    public (PaymentProviderException Exception, bool IsMade)? RefundOutage { get; set; }

    /// <summary>The total paid for a price: the price itself, unless there are taxes or promotions.</summary>
    public Func<Money, Money> Total { get; set; } = price => price;

    /// <summary>The checkout that a purchase has here.</summary>
    public static string CheckoutOf(Guid purchaseId) => $"cs_{purchaseId:N}";

    /// <summary>How a checkout stands.</summary>
    public Payment this[string checkoutId]
    {
        get => payments[checkoutId];
        set => payments[checkoutId] = value;
    }

    /// <inheritdoc />
    public Task<CheckoutSession> CreateCheckoutAsync(CheckoutRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        Fail();
        Checkouts.Enqueue(request);
        var id = CheckoutOf(request.PurchaseId);
        payments.TryAdd(id, new Payment
        {
            CheckoutId = id,
            PurchaseId = request.PurchaseId,
            Status = PaymentStatus.Open,
            Subtotal = request.Price,
            Total = Total(request.Price),
        });
        Fail();
        return Task.FromResult(new CheckoutSession(id, new Uri($"https://pay.example/{id}"), null));
    }

    /// <inheritdoc />
    public WebhookResult ReadWebhook(WebhookRequest request) => new WebhookResult.Rejected("Scripted payments send no webhooks.");

    /// <inheritdoc />
    public Task<Payment?> FindPaymentAsync(string id, CancellationToken cancellationToken = default)
    {
        Fail();
        return Task.FromResult(payments.GetValueOrDefault(id) ?? payments.Values.FirstOrDefault(one => one.PaymentId == id));
    }

    /// <inheritdoc />
    public Task RefundAsync(RefundRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        Fail();
        if (RefundOutage is { IsMade: false, Exception: var before })
        {
            throw before;
        }

        var payment = payments[request.CheckoutId];
        if (!Refunds.ContainsKey(request.Key) && request.Amount.Amount > payment.Total.Amount - payment.Refunded - payment.Disputed - payment.DisputesLost)
        {
            throw new PaymentProviderException("That is more than is left of the payment.");
        }

        if (Refunds.TryAdd(request.Key, request))
        {
            payments[request.CheckoutId] = payment with { Refunded = payment.Refunded + request.Amount.Amount };
        }

        if (RefundOutage is { Exception: var after })
        {
            throw after;
        }

        Fail();
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public Task<Uri?> CreatePortalAsync(string customerId, Uri returnUrl, CancellationToken cancellationToken = default)
    {
        Fail();
        return Task.FromResult<Uri?>(new Uri($"https://pay.example/portal/{customerId}"));
    }

    private void Fail()
    {
        crashes?.Maybe();
        if (Outage is { } outage)
        {
            throw outage;
        }
    }
}
