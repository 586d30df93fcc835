namespace AiCredits.Payments;

/// <summary>Stands where no provider was named: packs are shown and nothing can be bought.</summary>
internal sealed class NoPaymentProvider : IPaymentProvider
{
    public const string ProviderName = "none";
    public const string Fault = "There is no payment provider. Call UseStripe() on what AddAiCredits() returns, or UseSimulatedPayments() outside Production.";

    public string Name => ProviderName;

    public Task<CheckoutSession> CreateCheckoutAsync(CheckoutRequest request, CancellationToken cancellationToken = default) => throw new PaymentProviderException(Fault);

    public WebhookResult ReadWebhook(WebhookRequest request) => new WebhookResult.Rejected(Fault);

    public Task<Payment?> FindPaymentAsync(string id, CancellationToken cancellationToken = default) => Task.FromResult<Payment?>(null);

    public Task RefundAsync(RefundRequest request, CancellationToken cancellationToken = default) => throw new PaymentProviderException(Fault);

    public Task<Uri?> CreatePortalAsync(string customerId, Uri returnUrl, CancellationToken cancellationToken = default) => Task.FromResult<Uri?>(null);
}
