using AiCredits.Referrals;
using AiCredits.Sweeping;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AiCredits.Promotions;

/// <summary>Carries through redemptions and referrals that a crash left half-way.</summary>
internal sealed class PromotionSweeper(PromoCodes codes, ReferralProgramme referrals, IOptionsMonitor<AiCreditsOptions> options, TimeProvider clock, ILogger<PromotionSweeper> logger)
    : PeriodicSweep(options, clock, logger)
{
    protected override string Subject => "promotions";

    internal override async Task SweepAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (await codes.HealAsync(BatchSize, cancellationToken).ConfigureAwait(false) == BatchSize)
            {
            }
        }
        finally
        {
            while (await referrals.HealAsync(BatchSize, cancellationToken).ConfigureAwait(false) == BatchSize)
            {
            }
        }
    }
}
