using AiCredits.Ledger;

namespace AiCredits.Guests;

/// <summary>Counts the free generations of guests. Every rule is in <see cref="GuestWindow"/>; a limiter only loads, locks and writes.</summary>
/// <remarks>Thread-safe. Concurrent requests of one guest, on any number of instances, never get more than the limit.</remarks>
public interface IGuestLimiter
{
    /// <summary>Sets uses aside on every subject of the guest, or on none.</summary>
    /// <exception cref="LedgerUnavailableException">The store can't be reached.</exception>
    ValueTask<GuestHoldResult> HoldAsync(GuestHoldRequest request, CancellationToken cancellationToken = default);

    /// <summary>Keeps or gives back the uses of a generation and says what the guest has left.</summary>
    ValueTask<GuestUsage> SettleAsync(GuestSettleRequest request, CancellationToken cancellationToken = default);

    /// <summary>What the guest has left; changes nothing.</summary>
    ValueTask<GuestUsage> GetUsageAsync(GuestIdentity guest, GuestWindowRule rule, CancellationToken cancellationToken = default);

    /// <summary>
    /// Gives the guest's generations to an account, once: a guest belongs to the first account that claims it. True when
    /// this call or an earlier one gave it to <paramref name="account"/>.
    /// </summary>
    ValueTask<bool> ClaimAsync(string guestId, AccountId account, CancellationToken cancellationToken = default);

    /// <summary>A guest's generations, newest first.</summary>
    ValueTask<IReadOnlyList<Generation>> GetGenerationsAsync(string guestId, int limit, CancellationToken cancellationToken = default);

    /// <summary>A random secret of at least 32 bytes, the same on every instance that shares the store, with which addresses are hashed.</summary>
    ValueTask<ReadOnlyMemory<byte>> GetHashKeyAsync(CancellationToken cancellationToken = default);

    /// <summary>Removes windows that are over and ends guest generations whose lease is over, at most <paramref name="max"/> of each, and says how many rows went.</summary>
    ValueTask<int> CleanUpAsync(GuestWindowRule rule, int max, CancellationToken cancellationToken = default);
}
