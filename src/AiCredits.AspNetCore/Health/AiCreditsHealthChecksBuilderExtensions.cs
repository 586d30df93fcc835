using AiCredits.Integrity;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds the ledger to the app's health checks.</summary>
public static class AiCreditsHealthChecksBuilderExtensions
{
    /// <summary>
    /// Adds <see cref="LedgerHealthCheck"/>: unhealthy while the ledger can't take a command or something does not add up,
    /// degraded when the check in the background falls behind. The work of each call is bounded.
    /// </summary>
    /// <param name="builder">The app's health checks.</param>
    /// <param name="name">The name in reports. Default <c>aicredits</c>.</param>
    /// <param name="tags">Tags to choose by, such as <c>ready</c>.</param>
    public static IHealthChecksBuilder AddAiCredits(this IHealthChecksBuilder builder, string name = "aicredits", IEnumerable<string>? tags = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.Add(new HealthCheckRegistration(name, services => services.GetRequiredService<LedgerHealthCheck>(), failureStatus: null, tags));
    }
}
