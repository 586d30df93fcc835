using AiCredits.Events;

namespace AiCredits.Plans;

/// <summary>Where subscriptions are kept. It only keeps: what they mean is decided by <see cref="SubscriptionRules"/>.</summary>
/// <remarks>Thread-safe on any number of instances. An outage is a <see cref="Ledger.LedgerUnavailableException"/>.</remarks>
public interface ISubscriptionStore
{
    /// <summary>
    /// Saves a subscription with its <see cref="Subscription.Version"/> raised by one, and adds events to the outbox, both
    /// or neither. False, with nothing changed, when it has another version than the one given, or when it is new and the
    /// account has an open one already.
    /// </summary>
    ValueTask<bool> SaveAsync(Subscription subscription, IReadOnlyList<CreditEvent> events, CancellationToken cancellationToken = default);

    /// <summary>The subscription of an id; null when there is none.</summary>
    ValueTask<Subscription?> FindAsync(Guid id, CancellationToken cancellationToken = default);

    /// <summary>The account's open subscription; null when it has none.</summary>
    ValueTask<Subscription?> FindOpenAsync(AccountId account, CancellationToken cancellationToken = default);

    /// <summary>The subscription of a provider's id, of the subscription or of its checkout; null when there is none.</summary>
    ValueTask<Subscription?> FindByProviderIdAsync(string provider, string id, CancellationToken cancellationToken = default);

    /// <summary>The subscriptions of an account, at most 100: those that came to something first, then those that were abandoned, each newest first.</summary>
    ValueTask<IReadOnlyList<Subscription>> ListAsync(AccountId account, CancellationToken cancellationToken = default);

    /// <summary>Subscriptions whose <see cref="Subscription.DueAt"/> has come by <paramref name="now"/> (UTC), the longest overdue first.</summary>
    ValueTask<IReadOnlyList<Subscription>> ListDueAsync(DateTime now, int max, CancellationToken cancellationToken = default);
}
