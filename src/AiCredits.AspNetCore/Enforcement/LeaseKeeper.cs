using AiCredits.Ledger;
using AiCredits.Metering;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AiCredits.AspNetCore.Enforcement;

/// <summary>
/// Renews the holds of requests that still run, so that a lease tells a process that died from a model or a client that is
/// slow: whoever sends the request or takes the answer drop by drop would otherwise outlast the hold and be served for nothing.
/// </summary>
/// <remarks>Thread-safe. Guests' uses are not renewed: what a guest is given late counts late.</remarks>
internal sealed partial class LeaseKeeper(CreditMeter meter, TimeProvider clock, ILogger<LeaseKeeper> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);
    private readonly Lock gate = new();
    private readonly Dictionary<Guid, GenerationTicket> running = [];

    public void Add(GenerationTicket ticket)
    {
        if (ticket.Caller is Caller.Account)
        {
            lock (gate)
            {
                running[ticket.Id] = ticket;
            }
        }
    }

    public void Remove(GenerationTicket? ticket)
    {
        if (ticket is not null)
        {
            lock (gate)
            {
                running.Remove(ticket.Id);
            }
        }
    }

    /// <summary>Renews what has used up half of its lease.</summary>
    internal async Task RenewAsync(CancellationToken cancellationToken)
    {
        foreach (var ticket in Due())
        {
            try
            {
                var renewed = await meter.RenewAsync(ticket, LeaseOf(ticket), cancellationToken).ConfigureAwait(false);
                lock (gate)
                {
                    // Not if its request has ended meanwhile; and what has ended by itself can't be renewed any more.
                    if (running.ContainsKey(ticket.Id) && renewed is not null)
                    {
                        running[ticket.Id] = renewed with { StartedAt = UtcMicroseconds.Now(clock) };
                    }
                    else
                    {
                        running.Remove(ticket.Id);
                    }
                }
            }
            catch (LedgerUnavailableException exception)
            {
                // There is the other half of the lease to try again in.
                Postponed(ticket.Id, exception);
            }
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(Interval, clock, stoppingToken).ConfigureAwait(false);
            try
            {
                await RenewAsync(stoppingToken).ConfigureAwait(false);
            }
            catch (Exception exception) when (exception is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
            {
                Failed(exception);
            }
        }
    }

    private static TimeSpan LeaseOf(GenerationTicket ticket) => ticket.ExpiresAt - ticket.StartedAt;

    private List<GenerationTicket> Due()
    {
        var now = UtcMicroseconds.Now(clock);
        lock (gate)
        {
            return [.. running.Values.Where(ticket => ticket.ExpiresAt - now < LeaseOf(ticket) / 2)];
        }
    }

    [LoggerMessage(1122, LogLevel.Warning, "The hold of generation {GenerationId} could not be renewed and is tried again: the ledger can't be reached.")]
    private partial void Postponed(Guid generationId, Exception exception);

    [LoggerMessage(1123, LogLevel.Error, "Holds of running requests could not be renewed and are tried again.")]
    private partial void Failed(Exception exception);
}
