using AiCredits.Guests;
using AiCredits.Idempotency;
using AiCredits.Ledger;
using AiCredits.Transfers;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AiCredits.Metering;

/// <summary>
/// Ends holds and grants whose time is over, forgets prompts and tidies guest windows, now and then. Safe on every
/// instance at once; an optimisation for accounts: whoever touches an account writes what is due first anyway.
/// </summary>
internal sealed partial class Sweeper(
    ICreditStore store,
    IGuestLimiter guests,
    IResponseStore responses,
    CreditTransfers transfers,
    IOptionsMonitor<AiCreditsOptions> options,
    TimeProvider clock,
    CreditMetrics metrics,
    ILogger<Sweeper> logger) : BackgroundService
{
    private const int BatchSize = 500;

    // Whoever sends a transfer completes it at once; only what is left behind is for the sweeper.
    private static readonly TimeSpan TransferGrace = TimeSpan.FromSeconds(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var settings = options.CurrentValue;
            if (settings.Holds.SweepEnabled)
            {
                await SweepAsync(settings, stoppingToken).ConfigureAwait(false);
            }

            await Task.Delay(settings.Holds.SweepInterval, clock, stoppingToken).ConfigureAwait(false);
        }
    }

    internal async Task SweepAsync(AiCreditsOptions settings, CancellationToken cancellationToken)
    {
        try
        {
            await UntilNothingIsLeft(max => store.SettleDueAsync(max, cancellationToken), metrics.Swept).ConfigureAwait(false);
            await UntilNothingIsLeft(max => transfers.CompleteAllAsync(UtcMicroseconds.Now(clock) - TransferGrace, max, cancellationToken)).ConfigureAwait(false);
            await UntilNothingIsLeft(max => store.ForgetPromptsAsync(max, cancellationToken)).ConfigureAwait(false);
            await UntilNothingIsLeft(max => guests.CleanUpAsync(settings.Guests.Rule, max, cancellationToken)).ConfigureAwait(false);
            await UntilNothingIsLeft(max => responses.CleanUpAsync(max, cancellationToken)).ConfigureAwait(false);
        }
        catch (LedgerUnavailableException exception)
        {
            SweepPostponed(exception);
        }
        catch (Exception exception) when (exception is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            SweepFailed(exception);
        }
    }

    private static async Task UntilNothingIsLeft(Func<int, ValueTask<int>> sweep, Action<int>? done = null)
    {
        int count;
        do
        {
            count = await sweep(BatchSize).ConfigureAwait(false);
            done?.Invoke(count);
        }
        while (count >= BatchSize);
    }

    [LoggerMessage(1020, LogLevel.Warning, "The sweep is postponed: the ledger can't be reached.")]
    private partial void SweepPostponed(Exception exception);

    [LoggerMessage(1021, LogLevel.Error, "The sweep failed and will be tried again.")]
    private partial void SweepFailed(Exception exception);
}
