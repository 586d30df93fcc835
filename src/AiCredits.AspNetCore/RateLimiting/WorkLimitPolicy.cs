using System.Threading.RateLimiting;
using AiCredits.AspNetCore.Problems;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.RateLimiting;

namespace AiCredits.AspNetCore.RateLimiting;

/// <summary>The policy for apps that use the framework's middleware; counts exactly as <see cref="WorkLimitFilter"/> does.</summary>
internal sealed class WorkLimitPolicy(WorkLimiter limiter, CreditProblems problems) : IRateLimiterPolicy<string>
{
    public const string Name = "aicredits-work";

    public Func<OnRejectedContext, CancellationToken, ValueTask>? OnRejected => async (context, _) =>
        await WorkLimiter.Rejected(context.HttpContext, context.Lease, problems).ExecuteAsync(context.HttpContext).ConfigureAwait(false);

    public RateLimitPartition<string> GetPartition(HttpContext httpContext)
    {
        ArgumentNullException.ThrowIfNull(httpContext);
        WorkLimiter.MarkCounted(httpContext);
        return limiter.PartitionOf(httpContext);
    }
}
