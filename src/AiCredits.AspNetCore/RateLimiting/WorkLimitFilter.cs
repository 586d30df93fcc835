using AiCredits.AspNetCore.Problems;
using Microsoft.AspNetCore.Http;

namespace AiCredits.AspNetCore.RateLimiting;

/// <summary>
/// Enforces the limit where the framework's middleware has not: an app that forgets <c>UseRateLimiter</c> gets no error
/// from ASP.NET Core, and would have no limit.
/// </summary>
internal sealed class WorkLimitFilter(WorkLimiter limiter, CreditProblems problems) : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        if (WorkLimiter.IsCounted(context.HttpContext))
        {
            return await next(context).ConfigureAwait(false);
        }

        using var lease = await limiter.AcquireAsync(context.HttpContext).ConfigureAwait(false);
        return lease.IsAcquired
            ? await next(context).ConfigureAwait(false)
            : WorkLimiter.Rejected(context.HttpContext, lease, problems);
    }
}
