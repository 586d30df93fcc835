using System.Threading.RateLimiting;
using AiCredits.AspNetCore.Identity;
using AiCredits.AspNetCore.Problems;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace AiCredits.AspNetCore.RateLimiting;

/// <summary>How often one client may ask for work that isn't paid by itself: checkouts, claims, sign-ups.</summary>
/// <remarks>Counted per signed-in user or else per client network, on this instance.</remarks>
internal sealed class WorkLimiter : IDisposable
{
    private static readonly object Counted = new();
    private readonly IOptionsMonitor<AiCreditsHttpOptions> options;
    private readonly PartitionedRateLimiter<HttpContext> limiter;

    public WorkLimiter(IOptionsMonitor<AiCreditsHttpOptions> options)
    {
        this.options = options;
        limiter = PartitionedRateLimiter.Create<HttpContext, string>(PartitionOf);
    }

    /// <summary>Notes that the framework's middleware counts this request, so that it isn't counted again.</summary>
    public static void MarkCounted(HttpContext context) => context.Items[Counted] = Counted;

    public static bool IsCounted(HttpContext context) => context.Items.ContainsKey(Counted);

    public static IResult Rejected(HttpContext context, RateLimitLease lease, CreditProblems problems) =>
        problems.TooManyRequests(context, lease.TryGetMetadata(MetadataName.RetryAfter, out var retryAfter) ? retryAfter : null);

    public ValueTask<RateLimitLease> AcquireAsync(HttpContext context) => limiter.AcquireAsync(context, cancellationToken: context.RequestAborted);

    public RateLimitPartition<string> PartitionOf(HttpContext context)
    {
        var settings = options.CurrentValue;
        var key = AccountOf(context, settings) is { } account ? "user:" + account : "network:" + NetworkOf(context, settings);

        // A bucket, so that a client that waits gets its turn at once and Retry-After is short and right.
        return RateLimitPartition.GetTokenBucketLimiter(key, _ => new TokenBucketRateLimiterOptions
        {
            TokenLimit = settings.WorkLimit,
            TokensPerPeriod = 1,
            ReplenishmentPeriod = settings.WorkWindow / settings.WorkLimit,
            QueueLimit = 0,
        });
    }

    public void Dispose() => limiter.Dispose();

    private static string? AccountOf(HttpContext context, AiCreditsHttpOptions settings) => context.User.Identity is { IsAuthenticated: true }
        ? settings.ClaimTypesInUse.Select(type => context.User.FindFirst(type)?.Value).FirstOrDefault(id => !string.IsNullOrEmpty(id))
        : null;

    private static string NetworkOf(HttpContext context, AiCreditsHttpOptions settings)
    {
        Span<byte> network = stackalloc byte[ClientNetwork.MaxLength];
        var length = ClientNetwork.Write(context.Connection.RemoteIpAddress, settings.IPv6PrefixLength, network);
        return Convert.ToHexString(network[..length]);
    }
}
