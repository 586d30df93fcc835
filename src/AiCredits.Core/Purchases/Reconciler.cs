using AiCredits.Ledger;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AiCredits.Purchases;

/// <summary>Reconciles purchases with the payment provider, now and then. Runs on every instance.</summary>
internal sealed partial class Reconciler(PurchaseDesk desk, IOptionsMonitor<AiCreditsOptions> options, TimeProvider clock, ILogger<Reconciler> logger) : BackgroundService
{
    private const int BatchSize = 50;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var settings = options.CurrentValue.Purchases;
            if (settings.ReconcileEnabled)
            {
                await ReconcileAsync(stoppingToken).ConfigureAwait(false);
            }

            await Task.Delay(settings.ReconcileInterval, clock, stoppingToken).ConfigureAwait(false);
        }
    }

    private async Task ReconcileAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (await desk.ReconcileAsync(BatchSize, cancellationToken).ConfigureAwait(false) == BatchSize)
            {
            }
        }
        catch (LedgerUnavailableException exception)
        {
            Postponed(exception);
        }
        catch (Exception exception) when (exception is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            Failed(exception);
        }
    }

    [LoggerMessage(1055, LogLevel.Warning, "The reconciliation of purchases is postponed: the ledger can't be reached.")]
    private partial void Postponed(Exception exception);

    [LoggerMessage(1056, LogLevel.Error, "The reconciliation of purchases failed and will be tried again.")]
    private partial void Failed(Exception exception);
}
