using AiCredits.Events;
using AiCredits.Purchases;

namespace AiCredits.Conformance.Purchases;

/// <summary>A store of purchases before and after whose writes the process may die.</summary>
public sealed class CrashingPurchases(IPurchaseStore inner, Crashes crashes) : IPurchaseStore
{
    /// <inheritdoc />
    public async ValueTask<Purchase> AddAsync(Purchase purchase, CancellationToken cancellationToken = default)
    {
        crashes.Maybe();
        var kept = await inner.AddAsync(purchase, cancellationToken);
        crashes.Maybe();
        return kept;
    }

    /// <inheritdoc />
    public async ValueTask<bool> UpdateAsync(Purchase purchase, IReadOnlyList<CreditEvent> events, CancellationToken cancellationToken = default)
    {
        crashes.Maybe();
        var won = await inner.UpdateAsync(purchase, events, cancellationToken);
        crashes.Maybe();
        return won;
    }

    /// <inheritdoc />
    public ValueTask<Purchase?> FindAsync(Guid id, CancellationToken cancellationToken = default) => inner.FindAsync(id, cancellationToken);

    /// <inheritdoc />
    public ValueTask<Purchase?> FindByCheckoutAsync(string provider, string checkoutId, CancellationToken cancellationToken = default) => inner.FindByCheckoutAsync(provider, checkoutId, cancellationToken);

    /// <inheritdoc />
    public ValueTask<string?> FindCustomerAsync(AccountId account, string provider, CancellationToken cancellationToken = default) => inner.FindCustomerAsync(account, provider, cancellationToken);

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<Purchase>> ListAsync(PurchaseQuery query, CancellationToken cancellationToken = default) => inner.ListAsync(query, cancellationToken);

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<Purchase>> ListDueAsync(DateTime now, int max, CancellationToken cancellationToken = default) => inner.ListDueAsync(now, max, cancellationToken);
}
