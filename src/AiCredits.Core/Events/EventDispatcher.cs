using AiCredits.Ledger;
using AiCredits.Metering;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AiCredits.Events;

/// <summary>Tells committed events to the listeners, at least once. Runs on every instance; the outbox leases each event to one.</summary>
internal sealed partial class EventDispatcher(
    IEventOutbox outbox,
    IEnumerable<ICreditEventListener> listeners,
    IOptionsMonitor<AiCreditsOptions> options,
    TimeProvider clock,
    CreditMetrics metrics,
    ILogger<EventDispatcher> logger) : BackgroundService
{
    private const int BatchSize = 100;
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromHours(1);
    private readonly ICreditEventListener[] listeners = [.. listeners];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var told = 0;
            try
            {
                told = await DispatchAsync(stoppingToken).ConfigureAwait(false);
            }
            catch (LedgerUnavailableException exception)
            {
                DispatchPostponed(exception);
            }
            catch (Exception exception) when (exception is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
            {
                DispatchFailed(exception);
            }

            if (told < BatchSize)
            {
                await Task.Delay(options.CurrentValue.Events.PollInterval, clock, stoppingToken).ConfigureAwait(false);
            }
        }
    }

    internal async Task<int> DispatchAsync(CancellationToken cancellationToken)
    {
        var events = await outbox.LeaseAsync(BatchSize, Lease, cancellationToken).ConfigureAwait(false);
        foreach (var waiting in events)
        {
            if (await TellAsync(waiting, cancellationToken).ConfigureAwait(false))
            {
                // The database's clock may be ahead of this process's.
                var lag = UtcMicroseconds.Now(clock) - waiting.Event.At;
                metrics.EventTold(lag > TimeSpan.Zero ? lag : TimeSpan.Zero);
                await outbox.CompleteAsync(waiting, cancellationToken).ConfigureAwait(false);
            }
            else
            {
                await outbox.PostponeAsync(waiting, DelayAfter(waiting.Attempts), cancellationToken).ConfigureAwait(false);
            }
        }

        return events.Count;
    }

    private async ValueTask<bool> TellAsync(OutboxEvent waiting, CancellationToken cancellationToken)
    {
        var told = true;
        foreach (var listener in listeners)
        {
            try
            {
                await listener.HandleAsync(waiting.Event, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception exception) when (exception is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
            {
                ListenerFailed(listener.GetType().Name, waiting.Event.Id, waiting.Attempts + 1, exception);
                metrics.EventFailed();
                told = false;
            }
        }

        return told;
    }

    private static TimeSpan DelayAfter(int attempts)
    {
        var delay = TimeSpan.FromSeconds(Math.Pow(2, Math.Min(attempts, 12)));
        return delay < LongestDelay ? delay : LongestDelay;
    }

    [LoggerMessage(1040, LogLevel.Warning, "Events wait: the ledger can't be reached.")]
    private partial void DispatchPostponed(Exception exception);

    [LoggerMessage(1041, LogLevel.Error, "Telling events failed and will be tried again.")]
    private partial void DispatchFailed(Exception exception);

    [LoggerMessage(1042, LogLevel.Error, "{Listener} failed on event {EventId}, attempt {Attempt}. It will be told again.")]
    private partial void ListenerFailed(string listener, string eventId, int attempt, Exception exception);
}
