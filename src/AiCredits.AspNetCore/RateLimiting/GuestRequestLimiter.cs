using System.Threading.RateLimiting;

namespace AiCredits.AspNetCore.RateLimiting;

/// <summary>Asks the guest limit for one request. The framework drops it once it has been idle for some seconds.</summary>
internal sealed class GuestRequestLimiter(Func<CancellationToken, ValueTask<RateLimitLease>> acquire, TimeProvider clock) : RateLimiter
{
    private readonly long madeAt = clock.GetTimestamp();

    public override TimeSpan? IdleDuration => clock.GetElapsedTime(madeAt);

    public override RateLimiterStatistics? GetStatistics() => null;

    // The framework tries this first and then waits: the store can only be asked with a wait.
    protected override RateLimitLease AttemptAcquireCore(int permitCount) => GuestLimitLease.SignInRequired;

    protected override ValueTask<RateLimitLease> AcquireAsyncCore(int permitCount, CancellationToken cancellationToken) => acquire(cancellationToken);
}
