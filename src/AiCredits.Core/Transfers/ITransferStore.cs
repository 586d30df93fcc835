using AiCredits.Ledger;

namespace AiCredits.Transfers;

/// <summary>The transfers that have left an account and may not have arrived. Every store implements it beside <see cref="ICreditStore"/>.</summary>
/// <remarks>Thread-safe.</remarks>
public interface ITransferStore
{
    /// <summary>One that is under way; null when it has arrived, or never left.</summary>
    /// <exception cref="LedgerUnavailableException">The store can't be reached.</exception>
    ValueTask<PendingTransfer?> FindTransferAsync(AccountId from, Guid transferId, CancellationToken cancellationToken = default);

    /// <summary>Those that left before <paramref name="before"/> (UTC), oldest first, at most <paramref name="limit"/>.</summary>
    /// <exception cref="LedgerUnavailableException">The store can't be reached.</exception>
    ValueTask<IReadOnlyList<PendingTransfer>> GetTransfersAsync(DateTime before, int limit, CancellationToken cancellationToken = default);

    /// <summary>Removes one that has arrived. Doing it again changes nothing.</summary>
    /// <exception cref="LedgerUnavailableException">The store can't be reached.</exception>
    ValueTask CompleteTransferAsync(PendingTransfer transfer, CancellationToken cancellationToken = default);
}
