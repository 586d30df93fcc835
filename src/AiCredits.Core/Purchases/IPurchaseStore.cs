using AiCredits.Events;
using AiCredits.Ledger;

namespace AiCredits.Purchases;

/// <summary>Where purchases are kept. It only keeps: what they mean is decided by <see cref="PurchaseDesk"/>.</summary>
/// <remarks>
/// Thread-safe. Every implementation must pass the conformance suite. An outage is a
/// <see cref="LedgerUnavailableException"/>.
/// </remarks>
public interface IPurchaseStore
{
    /// <summary>
    /// Keeps a new purchase and gives it back. When the account has one with the same <see cref="Purchase.Id"/> or
    /// <see cref="Purchase.ClientKey"/> already, keeps nothing and gives that one, also to those who come at the same moment.
    /// </summary>
    ValueTask<Purchase> AddAsync(Purchase purchase, CancellationToken cancellationToken = default);

    /// <summary>
    /// Replaces a purchase and adds events to the outbox, both or neither, if the kept <see cref="Purchase.Version"/> is one
    /// less than that of <paramref name="purchase"/>; else changes nothing and says false.
    /// </summary>
    ValueTask<bool> UpdateAsync(Purchase purchase, IReadOnlyList<CreditEvent> events, CancellationToken cancellationToken = default);

    /// <summary>The purchase of an id; null when there is none.</summary>
    ValueTask<Purchase?> FindAsync(Guid id, CancellationToken cancellationToken = default);

    /// <summary>The purchase of a provider's checkout; null when there is none.</summary>
    ValueTask<Purchase?> FindByCheckoutAsync(string provider, string checkoutId, CancellationToken cancellationToken = default);

    /// <summary>The buyer's id at a provider from the account's latest purchase there that has one; null when none has.</summary>
    ValueTask<string?> FindCustomerAsync(AccountId account, string provider, CancellationToken cancellationToken = default);

    /// <summary>A page of an account's purchases, newest first.</summary>
    ValueTask<IReadOnlyList<Purchase>> ListAsync(PurchaseQuery query, CancellationToken cancellationToken = default);

    /// <summary>Purchases whose <see cref="Purchase.DueAt"/> has come by <paramref name="now"/> (UTC), the longest overdue first.</summary>
    ValueTask<IReadOnlyList<Purchase>> ListDueAsync(DateTime now, int max, CancellationToken cancellationToken = default);
}
