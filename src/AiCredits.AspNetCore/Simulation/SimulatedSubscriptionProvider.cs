using System.Security.Cryptography;
using System.Text;
using AiCredits.Payments;
using AiCredits.Plans;

namespace AiCredits.AspNetCore.Simulation;

/// <summary>Sells plans for no money: the counterpart of <see cref="SimulatedPaymentProvider"/>.</summary>
internal sealed class SimulatedSubscriptionProvider(SimulatedBooks books, SimulatedLinks links, TimeProvider clock) : ISubscriptionProvider
{
    private readonly SimulatedBook<SimulatedSubscription> subscriptions = books.Subscriptions;
    private readonly byte[] key = RandomNumberGenerator.GetBytes(32);

    public string Name => SimulatedPaymentProvider.ProviderName;

    public Task<CheckoutSession> CreateSubscriptionCheckoutAsync(SubscriptionCheckoutRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        var id = $"sim_ss_{request.SubscriptionId:N}";
        subscriptions.GetOrAdd(id, new SimulatedSubscription(request, id));
        return Task.FromResult(new CheckoutSession(id, new Uri(request.SuccessUrl, links.PathOf(SimulatedLinks.Subscription, id)), null));
    }

    public Task EndCheckoutAsync(string checkoutId, CancellationToken cancellationToken = default)
    {
        if (Find(checkoutId) is { Status: ProviderSubscriptionStatus.Open })
        {
            Change(checkoutId, found => found.Status == ProviderSubscriptionStatus.Open ? found with { Status = ProviderSubscriptionStatus.Abandoned } : found);
        }

        return Task.CompletedTask;
    }

    public Task<ProviderSubscription?> FindSubscriptionAsync(string id, CancellationToken cancellationToken = default) => Task.FromResult(Find(id)?.ToFacts());

    public Task ChangeSubscriptionAsync(SubscriptionChange change, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(change);
        Change(change.Id, found => found.ChangeKeys.Contains(change.Key) ? found : SimulatedSubscriptionRules.Change(found, change, UtcMicroseconds.Now(clock)));
        return Task.CompletedTask;
    }

    public Task SetCancelAtPeriodEndAsync(string id, bool cancel, CancellationToken cancellationToken = default)
    {
        Change(id, found => found with { CancelAtPeriodEnd = cancel });
        return Task.CompletedTask;
    }

    /// <summary>The subscription of an id, its own or its checkout's, as it stands now.</summary>
    public SimulatedSubscription? Find(string id) =>
        Kept(id) is { } found
            ? SimulatedSubscriptionRules.Pass(found, UtcMicroseconds.Now(clock))
            : null;

    /// <summary>Does something with a subscription, if it can be done now.</summary>
    public void Act(string id, SimulatedSubscriptionAct act) =>
        Change(id, found => SimulatedSubscriptionRules.ActsOf(found).Contains(act) ? SimulatedSubscriptionRules.Apply(found, act, UtcMicroseconds.Now(clock)) : found);

    /// <summary>Marks a form of the page as this process's own.</summary>
    public string SealOf(string id) => Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"form {id}")));

    private void Change(string id, Func<SimulatedSubscription, SimulatedSubscription> change)
    {
        if (Kept(id) is not { } kept || !subscriptions.Change(kept.CheckoutId, found => change(SimulatedSubscriptionRules.Pass(found, UtcMicroseconds.Now(clock)))))
        {
            throw new PaymentProviderException("There is no such simulated subscription. Without AiCredits:Http:SimulatedPaymentsFolder they are gone when the app is restarted.");
        }
    }

    private SimulatedSubscription? Kept(string id) => subscriptions.Find(id) ?? subscriptions.All.FirstOrDefault(one => one.Id == id);
}
