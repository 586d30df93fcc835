using AiCredits.Events;

namespace AiCredits.Plans;

/// <summary>Subscriptions in this process's memory, lost when it ends.</summary>
internal sealed class MemorySubscriptionStore(MemoryOutbox outbox) : ISubscriptionStore
{
    private readonly Lock gate = new();
    private readonly Dictionary<Guid, Subscription> subscriptions = [];

    public ValueTask<bool> SaveAsync(Subscription subscription, IReadOnlyList<CreditEvent> events, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(subscription);
        ArgumentNullException.ThrowIfNull(events);
        lock (gate)
        {
            if ((subscriptions.GetValueOrDefault(subscription.Id)?.Version ?? 0) != subscription.Version
                || (subscription.IsOpen && subscriptions.Values.Any(other => other.IsOpen && other.Account == subscription.Account && other.Id != subscription.Id)))
            {
                return new(false);
            }

            subscriptions[subscription.Id] = subscription with { Version = subscription.Version + 1 };
            outbox.Add(events);
            return new(true);
        }
    }

    public ValueTask<Subscription?> FindAsync(Guid id, CancellationToken cancellationToken = default) => new(Select(all => all.FirstOrDefault(one => one.Id == id)));

    public ValueTask<Subscription?> FindOpenAsync(AccountId account, CancellationToken cancellationToken = default) =>
        new(Select(all => all.FirstOrDefault(one => one.IsOpen && one.Account == account)));

    public ValueTask<Subscription?> FindByProviderIdAsync(string provider, string id, CancellationToken cancellationToken = default) =>
        new(Select(all => all.FirstOrDefault(one => one.Provider == provider && (one.ProviderId == id || one.CheckoutId == id))));

    public ValueTask<IReadOnlyList<Subscription>> ListAsync(AccountId account, CancellationToken cancellationToken = default) =>
        new(Select<IReadOnlyList<Subscription>>(all => [.. all.Where(one => one.Account == account).OrderBy(one => one.State == SubscriptionState.Abandoned).ThenByDescending(one => one.Id).Take(100)]));

    public ValueTask<IReadOnlyList<Subscription>> ListDueAsync(DateTime now, int max, CancellationToken cancellationToken = default) =>
        new(Select<IReadOnlyList<Subscription>>(all => [.. all.Where(one => one.DueAt <= now).OrderBy(one => one.DueAt).ThenBy(one => one.Id).Take(max)]));

    private T Select<T>(Func<IEnumerable<Subscription>, T> select)
    {
        lock (gate)
        {
            return select(subscriptions.Values);
        }
    }
}
