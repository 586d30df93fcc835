using System.Threading.RateLimiting;

namespace AiCredits.AspNetCore.RateLimiting;

/// <summary>
/// How often one account's pages may have the payment provider asked how a payment stands: ten times at once, then once a
/// second. In between they are told what is known. Whoever reloads for ever must not use up what the provider lets the
/// whole app ask.
/// </summary>
/// <remarks>Thread-safe; counted on this instance.</remarks>
internal sealed class ProviderLooks : IDisposable
{
    private readonly PartitionedRateLimiter<AccountId> limiter = PartitionedRateLimiter.Create<AccountId, AccountId>(account => RateLimitPartition.GetTokenBucketLimiter(
        account,
        _ => new TokenBucketRateLimiterOptions { TokenLimit = 10, TokensPerPeriod = 1, ReplenishmentPeriod = TimeSpan.FromSeconds(1), QueueLimit = 0 }));

    public bool TryLook(AccountId account)
    {
        using var lease = limiter.AttemptAcquire(account);
        return lease.IsAcquired;
    }

    public void Dispose() => limiter.Dispose();
}
