using AiCredits.Payments;

namespace AiCredits.Plans;

/// <summary>Stands where the payment provider sells no plans.</summary>
internal sealed class NoSubscriptionProvider : ISubscriptionProvider
{
    public string Name => "none";

    public Task<CheckoutSession> CreateSubscriptionCheckoutAsync(SubscriptionCheckoutRequest request, CancellationToken cancellationToken = default) => throw Missing();

    public Task EndCheckoutAsync(string checkoutId, CancellationToken cancellationToken = default) => throw Missing();

    public Task<ProviderSubscription?> FindSubscriptionAsync(string id, CancellationToken cancellationToken = default) => Task.FromResult<ProviderSubscription?>(null);

    public Task ChangeSubscriptionAsync(SubscriptionChange change, CancellationToken cancellationToken = default) => throw Missing();

    public Task SetCancelAtPeriodEndAsync(string id, bool cancel, CancellationToken cancellationToken = default) => throw Missing();

    private static PaymentProviderException Missing() =>
        new("The payment provider sells no plans. Use one that implements ISubscriptionProvider: call UseStripe(), or remove AiCredits:Plans.");
}
