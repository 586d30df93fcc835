using AiCredits.Sweeping;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AiCredits.TopUps;

/// <summary>Looks at the balances of accounts with a top-up, and carries through purchases that a crash left half-way.</summary>
internal sealed class TopUpSweeper(TopUpDesk desk, IOptionsMonitor<AiCreditsOptions> options, TimeProvider clock, ILogger<TopUpSweeper> logger)
    : PeriodicSweep(options, clock, logger)
{
    protected override string Subject => "top-ups";

    internal override async Task SweepAsync(CancellationToken cancellationToken)
    {
        while (await desk.SweepAsync(BatchSize, cancellationToken).ConfigureAwait(false) == BatchSize)
        {
        }
    }
}
