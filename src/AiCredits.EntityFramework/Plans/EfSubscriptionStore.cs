using AiCredits.EntityFramework.Hosting;
using AiCredits.EntityFramework.Schema;
using AiCredits.Events;
using AiCredits.Plans;
using Microsoft.EntityFrameworkCore;

namespace AiCredits.EntityFramework.Plans;

/// <summary>Subscriptions in the database, and their events in the transaction that changes them.</summary>
internal sealed class EfSubscriptionStore(CreditsDatabase database) : ISubscriptionStore
{
    public ValueTask<bool> SaveAsync(Subscription subscription, IReadOnlyList<CreditEvent> events, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(subscription);
        ArgumentNullException.ThrowIfNull(events);
        var id = subscription.Id;
        return VersionedRows.SaveAsync(
            database,
            subscription.Version,
            rows => rows.Where(row => row.SubscriptionId == id),
            () => new SubscriptionRow { SubscriptionId = id, AccountId = subscription.Account.Value, Provider = subscription.Provider },
            row => row.Set(subscription),
            cancellationToken,
            events);
    }

    public async ValueTask<Subscription?> FindAsync(Guid id, CancellationToken cancellationToken = default) =>
        (await ListAsync(rows => rows.Where(row => row.SubscriptionId == id), cancellationToken).ConfigureAwait(false)).FirstOrDefault();

    public async ValueTask<Subscription?> FindOpenAsync(AccountId account, CancellationToken cancellationToken = default)
    {
        var id = account.Value;
        return (await ListAsync(rows => rows.Where(row => row.OpenAccountId == id), cancellationToken).ConfigureAwait(false)).FirstOrDefault();
    }

    public async ValueTask<Subscription?> FindByProviderIdAsync(string provider, string id, CancellationToken cancellationToken = default) =>
        (await ListAsync(rows => rows.Where(row => row.ProviderId == id && row.Provider == provider), cancellationToken).ConfigureAwait(false)).FirstOrDefault()
        ?? (await ListAsync(rows => rows.Where(row => row.CheckoutId == id && row.Provider == provider), cancellationToken).ConfigureAwait(false)).FirstOrDefault();

    public async ValueTask<IReadOnlyList<Subscription>> ListAsync(AccountId account, CancellationToken cancellationToken = default)
    {
        var id = account.Value;
        return await ListAsync(rows => rows.Where(row => row.AccountId == id).OrderBy(row => row.State == SubscriptionState.Abandoned).ThenByDescending(row => row.SubscriptionId).Take(100), cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask<IReadOnlyList<Subscription>> ListDueAsync(DateTime now, int max, CancellationToken cancellationToken = default)
    {
        var micros = Stored.Micros(now);
        return await ListAsync(rows => rows.Where(row => row.DueAt != null && row.DueAt <= micros).OrderBy(row => row.DueAt).ThenBy(row => row.SubscriptionId).Take(max), cancellationToken).ConfigureAwait(false);
    }

    private async Task<List<Subscription>> ListAsync(Func<IQueryable<SubscriptionRow>, IQueryable<SubscriptionRow>> which, CancellationToken cancellationToken)
    {
        var rows = await database.ReadAsync((context, token) => which(context.Set<SubscriptionRow>().AsNoTracking()).ToListAsync(token), cancellationToken).ConfigureAwait(false);
        return rows.ConvertAll(row => row.ToSubscription());
    }
}
