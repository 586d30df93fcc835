using System.Threading.RateLimiting;
using AiCredits.AspNetCore.Identity;
using AiCredits.AspNetCore.Problems;
using AiCredits.Guests;
using AiCredits.Ledger;
using AiCredits.Metering;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Options;

namespace AiCredits.AspNetCore.RateLimiting;

/// <summary>The guest limit as a policy of the framework's rate limiter.</summary>
internal sealed class GuestLimitPolicy(
    ICallerResolver callers,
    GuestCookie cookie,
    IGuestLimiter guests,
    IOptionsMonitor<AiCreditsOptions> options,
    CreditProblems problems,
    TimeProvider clock) : IRateLimiterPolicy<GuestRequestLimiter>
{
    private static readonly object Limiter = new();

    public Func<OnRejectedContext, CancellationToken, ValueTask>? OnRejected => async (context, _) =>
        await Refuse(context.HttpContext, context.Lease).ExecuteAsync(context.HttpContext).ConfigureAwait(false);

    // A partition is chosen without waiting, but who the guest is takes a wait: so each request is a partition of its
    // own, and the store behind it does the counting.
    public RateLimitPartition<GuestRequestLimiter> GetPartition(HttpContext httpContext)
    {
        ArgumentNullException.ThrowIfNull(httpContext);
        var limiter = httpContext.Items[Limiter] as GuestRequestLimiter;
        if (limiter is null)
        {
            limiter = new GuestRequestLimiter(token => AcquireAsync(httpContext, token), clock);
            httpContext.Items[Limiter] = limiter;
        }

        return RateLimitPartition.Get(limiter, static key => key);
    }

    private async ValueTask<RateLimitLease> AcquireAsync(HttpContext context, CancellationToken cancellationToken)
    {
        try
        {
            var caller = await callers.ResolveAsync(context, willGenerate: true, cancellationToken).ConfigureAwait(false);
            return caller is Caller.Guest guest ? await UseAsync(guest.Identity, context, cancellationToken).ConfigureAwait(false) : GuestLimitLease.Granted;
        }
        catch (LedgerUnavailableException exception)
        {
            return new GuestLimitLease(exception);
        }
    }

    private async ValueTask<RateLimitLease> UseAsync(GuestIdentity guest, HttpContext context, CancellationToken cancellationToken)
    {
        var settings = options.CurrentValue;
        if (!settings.Guests.Enabled)
        {
            return GuestLimitLease.SignInRequired;
        }

        var rule = new GuestWindowRule(settings.Guests.WindowKind, settings.Guests.Window);
        var policy = context.GetEndpoint()?.Metadata.GetMetadata<EnableRateLimitingAttribute>()?.PolicyName;
        var start = new GenerationStart { Model = policy ?? "guest" };
        var id = Guid.CreateVersion7(clock.GetUtcNow());
        var result = await guests.HoldAsync(new GuestHoldRequest(guest, id, rule, settings.Holds.Lease, start), cancellationToken).ConfigureAwait(false);
        if (result is not GuestHoldResult.Held)
        {
            return new GuestLimitLease(result.Usage);
        }

        cookie.Confirm(context);

        // The framework doesn't tell a policy how the request ends: what is acquired is used.
        await guests.SettleAsync(new GuestSettleRequest(guest, id, Keep: true, rule, new GenerationEnd { Outcome = GenerationOutcome.Succeeded }), CancellationToken.None).ConfigureAwait(false);
        return GuestLimitLease.Granted;
    }

    private IResult Refuse(HttpContext context, RateLimitLease lease) => lease switch
    {
        GuestLimitLease { Usage: { } usage } => problems.GuestLimitReached(context, usage),
        GuestLimitLease { Unavailable: { } unavailable } => problems.LedgerUnavailable(context, unavailable),
        GuestLimitLease => problems.SignInRequired(context),
        _ => problems.TooManyRequests(context, lease.TryGetMetadata(MetadataName.RetryAfter, out var retryAfter) ? retryAfter : null),
    };
}
