using AiCredits.Ledger;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AiCredits.Sweeping;

/// <summary>Work that is done now and then on every instance, as often as holds are swept. One failure never ends it.</summary>
internal abstract partial class PeriodicSweep(IOptionsMonitor<AiCreditsOptions> options, TimeProvider clock, ILogger logger) : BackgroundService
{
    protected const int BatchSize = 100;

    /// <summary>What it does, for the log: <c>promotions</c>.</summary>
    protected abstract string Subject { get; }

    /// <summary>Does what there is to do. May run on several instances at once.</summary>
    internal abstract Task SweepAsync(CancellationToken cancellationToken);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            if (options.CurrentValue.Holds.SweepEnabled)
            {
                await SweepSafelyAsync(stoppingToken).ConfigureAwait(false);
            }

            await Task.Delay(options.CurrentValue.Holds.SweepInterval, clock, stoppingToken).ConfigureAwait(false);
        }
    }

    private async Task SweepSafelyAsync(CancellationToken cancellationToken)
    {
        try
        {
            await SweepAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (LedgerUnavailableException exception)
        {
            SweepPostponed(Subject, exception);
        }
        catch (Exception exception) when (exception is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            SweepFailed(Subject, exception);
        }
    }

    [LoggerMessage(1050, LogLevel.Warning, "The sweep of {Subject} is postponed: the ledger can't be reached.")]
    private partial void SweepPostponed(string subject, Exception exception);

    [LoggerMessage(1051, LogLevel.Error, "The sweep of {Subject} failed and will be tried again.")]
    private partial void SweepFailed(string subject, Exception exception);
}
