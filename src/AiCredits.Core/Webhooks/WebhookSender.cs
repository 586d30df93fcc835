using System.Diagnostics.Metrics;
using AiCredits.Ledger;
using AiCredits.Metering;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AiCredits.Webhooks;

/// <summary>Sends what waits, each endpoint by itself: one that is slow or down keeps no other waiting. Runs on every instance; each delivery is leased to one.</summary>
internal sealed partial class WebhookSender : BackgroundService
{
    private const int BatchSize = 20;
    private static readonly TimeSpan FirstDelay = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromHours(6);

    private readonly IWebhookOutbox outbox;
    private readonly WebhookClient client;
    private readonly IOptionsMonitor<AiCreditsOptions> options;
    private readonly TimeProvider clock;
    private readonly ILogger<WebhookSender> logger;
    private readonly Counter<long> attempts;

    public WebhookSender(IWebhookOutbox outbox, WebhookClient client, IOptionsMonitor<AiCreditsOptions> options, IMeterFactory meters, TimeProvider clock, ILogger<WebhookSender> logger)
    {
        this.outbox = outbox;
        this.client = client;
        this.options = options;
        this.clock = clock;
        this.logger = logger;
        attempts = meters.Create(CreditMetrics.MeterName).CreateCounter<long>("aicredits.webhooks", "{attempt}", "Attempts to deliver a webhook, by endpoint and result.");
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var sending = new Dictionary<string, Task>(StringComparer.Ordinal);
        while (!stoppingToken.IsCancellationRequested)
        {
            var settings = options.CurrentValue;
            foreach (var (name, endpoint) in settings.Webhooks.Endpoints)
            {
                if (endpoint.Enabled && (!sending.TryGetValue(name, out var running) || running.IsCompleted))
                {
                    sending[name] = SendAllAsync(name, stoppingToken);
                }
            }

            await Task.Delay(settings.Events.PollInterval, clock, stoppingToken).ConfigureAwait(false);
        }

        await Task.WhenAll(sending.Values).ConfigureAwait(false);
    }

    /// <summary>Sends what is due to one endpoint, one after the other.</summary>
    internal async Task SendAllAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            while (options.CurrentValue.Webhooks is var settings && settings.Endpoints.TryGetValue(name, out var endpoint))
            {
                // Longer than the whole batch can take, so that no other instance sends it as well.
                var lease = (settings.Timeout * BatchSize) + TimeSpan.FromMinutes(1);
                var due = await outbox.LeaseAsync(name, BatchSize, lease, cancellationToken).ConfigureAwait(false);
                foreach (var delivery in due)
                {
                    await SendAsync(endpoint, delivery, settings.GiveUpAfter, cancellationToken).ConfigureAwait(false);
                }

                if (due.Count < BatchSize)
                {
                    return;
                }
            }
        }
        catch (LedgerUnavailableException exception)
        {
            Postponed(exception);
        }
        catch (Exception exception) when (exception is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            Failed(name, exception);
        }
    }

    private async Task SendAsync(WebhookEndpointOptions endpoint, WebhookDelivery delivery, TimeSpan giveUpAfter, CancellationToken cancellationToken)
    {
        var failure = await client.PostAsync(endpoint, delivery, cancellationToken).ConfigureAwait(false);
        var isLast = failure is not null && UtcMicroseconds.Now(clock) - delivery.CreatedAt > giveUpAfter;
        attempts.Add(1, new("endpoint", delivery.Endpoint), new("result", failure is null ? "delivered" : isLast ? "given_up" : "failed"));
        if (failure is null)
        {
            await outbox.CompleteAsync(delivery, cancellationToken).ConfigureAwait(false);
        }
        else if (isLast)
        {
            GaveUp(delivery.Name, delivery.Account.Value, delivery.Sequence, delivery.Endpoint, failure);
            await outbox.CompleteAsync(delivery, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            NotDelivered(delivery.Name, delivery.Endpoint, delivery.Attempts + 1, failure);
            await outbox.PostponeAsync(delivery, DelayAfter(delivery.Attempts), cancellationToken).ConfigureAwait(false);
        }
    }

    // With chance in it, so that what failed together does not come back together.
    private static TimeSpan DelayAfter(int attempts)
    {
        var delay = FirstDelay * Math.Pow(2, Math.Min(attempts, 20));
        return (delay < LongestDelay ? delay : LongestDelay) * (1 + (Random.Shared.NextDouble() * 0.2));
    }

    [LoggerMessage(1080, LogLevel.Warning, "Webhooks wait: the ledger can't be reached.")]
    private partial void Postponed(Exception exception);

    [LoggerMessage(1081, LogLevel.Error, "Sending webhooks to {Endpoint} failed and will be tried again.")]
    private partial void Failed(string endpoint, Exception exception);

    [LoggerMessage(1082, LogLevel.Warning, "The webhook {Name} was not delivered to {Endpoint}, attempt {Attempt}: {Failure}. It will be tried again.")]
    private partial void NotDelivered(string name, string endpoint, int attempt, string failure);

    [LoggerMessage(1083, LogLevel.Error, "The webhook {Name} of account {Account} at entry {Sequence} was never delivered to {Endpoint} and is given up: {Failure}.")]
    private partial void GaveUp(string name, string account, long sequence, string endpoint, string failure);
}
