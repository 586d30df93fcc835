using AiCredits.Payments;
using AiCredits.Plans;

namespace AiCredits.Core.Tests.Plans;

/// <summary>A provider whose facts the test sets.</summary>
internal sealed class FakeSubscriptions : ISubscriptionProvider
{
    public string Name => "fake";

    public ProviderSubscription? Facts { get; set; }

    public List<SubscriptionChange> Changes { get; } = [];

    public List<string> Ended { get; } = [];

    public SubscriptionCheckoutRequest? Checkout { get; private set; }

    public bool IsDown { get; set; }

    /// <summary>Refuses what is billed at once.</summary>
    public bool Declines { get; set; }

    public Task<CheckoutSession> CreateSubscriptionCheckoutAsync(SubscriptionCheckoutRequest request, CancellationToken cancellationToken = default)
    {
        Checkout = request;
        return Task.FromResult(new CheckoutSession($"cs_{request.SubscriptionId:N}", new Uri($"https://pay.example/{request.SubscriptionId:N}"), null));
    }

    public Task EndCheckoutAsync(string checkoutId, CancellationToken cancellationToken = default)
    {
        Ended.Add(checkoutId);
        Facts ??= new ProviderSubscription(ProviderSubscriptionStatus.Abandoned);
        return Task.CompletedTask;
    }

    public Task<ProviderSubscription?> FindSubscriptionAsync(string id, CancellationToken cancellationToken = default) =>
        IsDown ? throw new PaymentProviderException("Down.") { IsTransient = true } : Task.FromResult(Facts);

    public Task ChangeSubscriptionAsync(SubscriptionChange change, CancellationToken cancellationToken = default)
    {
        Changes.Add(change);
        if (Declines && change.Now)
        {
            throw new PaymentProviderException("Your card was declined.");
        }

        Facts = Facts! with { PlanId = change.Plan.Id, Seats = change.Seats };
        return Task.CompletedTask;
    }

    public Task SetCancelAtPeriodEndAsync(string id, bool cancel, CancellationToken cancellationToken = default)
    {
        Facts = Facts! with { CancelAtPeriodEnd = cancel };
        return Task.CompletedTask;
    }

    /// <summary>A paid period from then on.</summary>
    public void Pay(DateTime from, string plan = "basic", int months = 1, int seats = 1) => Facts = new ProviderSubscription(ProviderSubscriptionStatus.Active)
    {
        Id = "sub_1",
        SubscriptionId = Checkout?.SubscriptionId,
        PlanId = plan,
        Seats = seats,
        PeriodStart = from,
        PeriodEnd = from.AddMonths(months),
        PaidThrough = from.AddMonths(months),
        CustomerId = "cus_1",
    };
}
