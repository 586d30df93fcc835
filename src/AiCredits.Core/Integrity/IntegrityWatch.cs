using AiCredits.Ledger;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AiCredits.Integrity;

/// <summary>Lets <see cref="IntegrityMonitor"/> look, now and then.</summary>
internal sealed partial class IntegrityWatch(
    IntegrityMonitor monitor,
    TouchedAccounts touched,
    IOptionsMonitor<AiCreditsOptions> options,
    TimeProvider clock,
    ILogger<IntegrityWatch> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var settings = options.CurrentValue.Integrity;
            try
            {
                if (settings.Enabled)
                {
                    await monitor.RunAsync(stoppingToken).ConfigureAwait(false);
                }
                else
                {
                    touched.Take(0);
                }
            }
            catch (LedgerUnavailableException exception)
            {
                Postponed(exception);
            }
            catch (Exception exception) when (exception is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
            {
                Failed(exception);
            }

            await Task.Delay(settings.Interval, clock, stoppingToken).ConfigureAwait(false);
        }
    }

    [LoggerMessage(1061, LogLevel.Warning, "The integrity check is postponed: the ledger can't be reached.")]
    private partial void Postponed(Exception exception);

    [LoggerMessage(1062, LogLevel.Error, "The integrity check failed and will be tried again.")]
    private partial void Failed(Exception exception);
}
