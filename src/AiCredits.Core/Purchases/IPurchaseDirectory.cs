using AiCredits.Ledger;

namespace AiCredits.Purchases;

/// <summary>Looks across the purchases of all accounts, for admins. Reads only. Every store of purchases implements it beside <see cref="IPurchaseStore"/>.</summary>
/// <remarks>Thread-safe. An outage is a <see cref="LedgerUnavailableException"/>.</remarks>
public interface IPurchaseDirectory
{
    /// <summary>A page of purchases, newest first.</summary>
    /// <exception cref="ArgumentException">The search can't be answered.</exception>
    ValueTask<IReadOnlyList<Purchase>> FindPurchasesAsync(PurchaseSearch search, CancellationToken cancellationToken = default);
}
