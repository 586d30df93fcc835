using System.Threading.Channels;
using AiCredits.Ledger;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AiCredits.Metering;

/// <summary>
/// Tries settlements again that the store could not take, until it can. The credits stay set aside meanwhile; what is
/// still here when the process ends is ended by the sweeper when its hold's lease is over.
/// </summary>
/// <remarks>Thread-safe. Repeating a settlement is safe: a hold is settled once.</remarks>
internal sealed partial class SettlementRetry : BackgroundService
{
    private const int Capacity = 10_000;
    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(30);

    private readonly Channel<Settlement> channel = Channel.CreateBounded<Settlement>(Capacity);
    private readonly TimeProvider clock;
    private readonly CreditMetrics metrics;
    private readonly ILogger<SettlementRetry> logger;

    public SettlementRetry(TimeProvider clock, CreditMetrics metrics, ILogger<SettlementRetry> logger)
    {
        this.clock = clock;
        this.metrics = metrics;
        this.logger = logger;
    }

    internal void Add(GenerationTicket ticket, Func<CancellationToken, Task> settle)
    {
        metrics.SettlementPostponed();
        if (!channel.Writer.TryWrite(new Settlement(ticket.Id, settle)))
        {
            metrics.SettlementDone();
            Overflowed(ticket.Id);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var settlement in channel.Reader.ReadAllAsync(stoppingToken).ConfigureAwait(false))
        {
            await SettleAsync(settlement, stoppingToken).ConfigureAwait(false);
            metrics.SettlementDone();
        }
    }

    private async Task SettleAsync(Settlement settlement, CancellationToken cancellationToken)
    {
        for (var delay = FirstDelay; ; delay = delay * 2 < LongestDelay ? delay * 2 : LongestDelay)
        {
            try
            {
                await settlement.Settle(cancellationToken).ConfigureAwait(false);
                Settled(settlement.GenerationId);
                return;
            }
            catch (LedgerUnavailableException)
            {
                await Task.Delay(delay, clock, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception exception) when (exception is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
            {
                GaveUp(settlement.GenerationId, exception);
                return;
            }
        }
    }

    [LoggerMessage(1010, LogLevel.Information, "The postponed settlement of generation {GenerationId} is written.")]
    private partial void Settled(Guid generationId);

    [LoggerMessage(1011, LogLevel.Error, "The postponed settlement of generation {GenerationId} can't be written. Its hold ends when its lease is over.")]
    private partial void GaveUp(Guid generationId, Exception exception);

    [LoggerMessage(1012, LogLevel.Error, "Too many settlements wait for the store; generation {GenerationId} is left to the sweeper.")]
    private partial void Overflowed(Guid generationId);

    private sealed record Settlement(Guid GenerationId, Func<CancellationToken, Task> Settle);
}
