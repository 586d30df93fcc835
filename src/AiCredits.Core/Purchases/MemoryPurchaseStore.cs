using AiCredits.Events;

namespace AiCredits.Purchases;

/// <summary>Purchases in this process's memory, lost when it ends.</summary>
internal sealed class MemoryPurchaseStore(MemoryOutbox outbox) : IPurchaseStore, IPurchaseDirectory
{
    private readonly Lock gate = new();
    private readonly Dictionary<Guid, Purchase> purchases = [];

    public ValueTask<Purchase> AddAsync(Purchase purchase, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(purchase);
        lock (gate)
        {
            var kept = purchases.GetValueOrDefault(purchase.Id)
                ?? purchases.Values.FirstOrDefault(one => purchase.ClientKey is not null && one.ClientKey == purchase.ClientKey && one.Account == purchase.Account);
            if (kept is null)
            {
                purchases.Add(purchase.Id, purchase);
            }

            return new ValueTask<Purchase>(kept ?? purchase);
        }
    }

    public ValueTask<bool> UpdateAsync(Purchase purchase, IReadOnlyList<CreditEvent> events, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(purchase);
        ArgumentNullException.ThrowIfNull(events);
        lock (gate)
        {
            if (!purchases.TryGetValue(purchase.Id, out var kept) || kept.Version != purchase.Version - 1)
            {
                return new ValueTask<bool>(false);
            }

            purchases[purchase.Id] = purchase;
            outbox.Add(events);
            return new ValueTask<bool>(true);
        }
    }

    public ValueTask<Purchase?> FindAsync(Guid id, CancellationToken cancellationToken = default)
    {
        lock (gate)
        {
            return new ValueTask<Purchase?>(purchases.GetValueOrDefault(id));
        }
    }

    public ValueTask<Purchase?> FindByCheckoutAsync(string provider, string checkoutId, CancellationToken cancellationToken = default) =>
        new(Select(all => all.FirstOrDefault(one => one.Provider == provider && one.CheckoutId == checkoutId)));

    public ValueTask<string?> FindCustomerAsync(AccountId account, string provider, CancellationToken cancellationToken = default) =>
        new(Select(all => all.Where(one => one.Account == account && one.Provider == provider && one.CustomerId is not null).MaxBy(one => one.Id)?.CustomerId));

    public ValueTask<IReadOnlyList<Purchase>> ListAsync(PurchaseQuery query, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        query.Validate();
        var before = query.Before ?? Guid.AllBitsSet;
        return new(Select<IReadOnlyList<Purchase>>(all => [.. all.Where(one => one.Account == query.Account && one.Id < before).OrderByDescending(one => one.Id).Take(query.Limit)]));
    }

    public ValueTask<IReadOnlyList<Purchase>> FindPurchasesAsync(PurchaseSearch search, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(search);
        search.Validate();
        return new(Select<IReadOnlyList<Purchase>>(all => [.. all
            .Where(one => (search.Account is null || one.Account == search.Account)
                && (search.Statuses.Count == 0 || search.Statuses.Contains(one.Status))
                && (search.From is null || one.CreatedAt >= search.From)
                && (search.To is null || one.CreatedAt < search.To)
                && (search.Before is null || one.Id < search.Before))
            .OrderByDescending(one => one.Id)
            .Take(search.Limit)]));
    }

    public ValueTask<IReadOnlyList<Purchase>> ListDueAsync(DateTime now, int max, CancellationToken cancellationToken = default) =>
        new(Select<IReadOnlyList<Purchase>>(all => [.. all.Where(one => one.DueAt <= now).OrderBy(one => one.DueAt).ThenBy(one => one.Id).Take(max)]));

    /// <summary>Every purchase, for analytics.</summary>
    public Purchase[] All() => Select(all => all.ToArray());

    private T Select<T>(Func<IEnumerable<Purchase>, T> select)
    {
        lock (gate)
        {
            return select(purchases.Values);
        }
    }
}
