using AiCredits.Sweeping;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AiCredits.Plans;

/// <summary>Refills what is due, and asks the provider about subscriptions whose events may have been lost.</summary>
internal sealed class SubscriptionSweeper(SubscriptionDesk desk, IOptionsMonitor<AiCreditsOptions> options, TimeProvider clock, ILogger<SubscriptionSweeper> logger)
    : PeriodicSweep(options, clock, logger)
{
    protected override string Subject => "subscriptions";

    internal override async Task SweepAsync(CancellationToken cancellationToken)
    {
        while (await desk.SweepAsync(BatchSize, cancellationToken).ConfigureAwait(false) == BatchSize)
        {
        }
    }
}
