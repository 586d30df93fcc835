using AiCredits.Ledger;

namespace AiCredits.Idempotency;

/// <summary>Keeps answers under idempotency keys, so that a repeated request neither runs nor is charged again.</summary>
/// <remarks>Thread-safe; of concurrent claims of one key, on any number of instances, exactly one is the first.</remarks>
public interface IResponseStore
{
    /// <summary>Claims a key for a request.</summary>
    /// <param name="account">Whose key it is.</param>
    /// <param name="key">The key, unique within the account.</param>
    /// <param name="requestHash">A SHA-256 of the request: the same key with another request is a conflict.</param>
    /// <param name="lease">After how long a first request that never ended, since its process died, stops to count as running.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="LedgerUnavailableException">The store can't be reached.</exception>
    ValueTask<ResponseClaim> ClaimAsync(AccountId account, string key, ReadOnlyMemory<byte> requestHash, TimeSpan lease, CancellationToken cancellationToken = default);

    /// <summary>Keeps the answer of a first request.</summary>
    ValueTask CompleteAsync(AccountId account, string key, StoredResponse response, TimeSpan keepFor, CancellationToken cancellationToken = default);

    /// <summary>Gives a key up: nothing ran under it, and the next request with it is the first.</summary>
    ValueTask AbandonAsync(AccountId account, string key, CancellationToken cancellationToken = default);

    /// <summary>Removes answers whose time is over, at most <paramref name="max"/>, and says how many.</summary>
    ValueTask<int> CleanUpAsync(int max, CancellationToken cancellationToken = default);
}
