using System.Diagnostics.Metrics;
using AiCredits.Ledger;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AiCredits.EntityFramework.Analytics;

/// <summary>Keeps the roll-ups up to date. Safe on every instance at once.</summary>
internal sealed partial class RollUpService(RollUp rollUp, IMeterFactory meters, IOptionsMonitor<AiCreditsOptions> options, TimeProvider clock, ILogger<RollUpService> logger) : BackgroundService
{
    private readonly Counter<long> rolledUp = meters.Create("AiCredits").CreateCounter<long>("aicredits.analytics.rolled_up", "{entry}", "Entries, and generations of guests, that this process has rolled up.");

    // Accounts are looked for by the time of their last entry, which is the database's own clock; now and then all of them
    // are looked at, so that a row that was written with a wrong clock is found as well.
    private static readonly TimeSpan Margin = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan WholeEvery = TimeSpan.FromHours(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        DateTime? last = null;
        DateTime? whole = null;
        while (!stoppingToken.IsCancellationRequested)
        {
            var settings = options.CurrentValue.Analytics;
            var now = UtcMicroseconds.Now(clock);
            if (settings.RollUpEnabled)
            {
                var all = whole is null || now - whole >= WholeEvery;
                if (await RunAsync(all ? null : last - Margin, stoppingToken).ConfigureAwait(false))
                {
                    last = now;
                    whole = all ? now : whole;
                }
            }

            await Task.Delay(settings.RollUpInterval, clock, stoppingToken).ConfigureAwait(false);
        }
    }

    private async Task<bool> RunAsync(DateTime? touchedSince, CancellationToken cancellationToken)
    {
        try
        {
            rolledUp.Add(await rollUp.RunAsync(touchedSince, cancellationToken).ConfigureAwait(false));
            return true;
        }
        catch (LedgerUnavailableException exception)
        {
            RollUpPostponed(exception);
        }
        catch (Exception exception) when (exception is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            RollUpFailed(exception);
        }

        return false;
    }

    [LoggerMessage(1230, LogLevel.Warning, "The roll-up of analytics is postponed: the database can't be used.")]
    private partial void RollUpPostponed(Exception exception);

    [LoggerMessage(1231, LogLevel.Error, "The roll-up of analytics failed and will be tried again.")]
    private partial void RollUpFailed(Exception exception);
}
