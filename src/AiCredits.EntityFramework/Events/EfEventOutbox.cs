using AiCredits.EntityFramework.Hosting;
using AiCredits.EntityFramework.Schema;
using AiCredits.Events;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace AiCredits.EntityFramework.Events;

/// <summary>Events in the database, written in the transaction of what they tell of.</summary>
internal sealed partial class EfEventOutbox(CreditsDatabase database, ILogger<EfEventOutbox> logger) : IEventOutbox
{
    public async ValueTask<IReadOnlyList<OutboxEvent>> LeaseAsync(int max, TimeSpan lease, CancellationToken cancellationToken = default)
    {
        var waiting = await database.ReadAsync((context, token) => FindDueAsync(context, max, token), cancellationToken).ConfigureAwait(false);
        if (waiting.Count == 0)
        {
            return [];
        }

        var leased = await database.WriteAsync((context, token) => LeaseAsync(context, waiting, lease, token), cancellationToken).ConfigureAwait(false);
        return [.. leased.Select(Read).OfType<OutboxEvent>()];
    }

    public async ValueTask CompleteAsync(OutboxEvent outboxEvent, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(outboxEvent);
        await database.WriteAsync((context, token) => Row(context, outboxEvent.Event).ExecuteDeleteAsync(token), cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask PostponeAsync(OutboxEvent outboxEvent, TimeSpan delay, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(outboxEvent);
        await database.WriteAsync(
            async (context, token) =>
            {
                var until = Stored.Micros(await database.NowAsync(context, token).ConfigureAwait(false) + delay);
                return await Row(context, outboxEvent.Event).ExecuteUpdateAsync(
                    row => row.SetProperty(it => it.Attempts, outboxEvent.Attempts + 1).SetProperty(it => it.DueAt, until),
                    token).ConfigureAwait(false);
            },
            cancellationToken).ConfigureAwait(false);
    }

    private async Task<List<EventRow>> FindDueAsync(DbContext context, int max, CancellationToken cancellationToken)
    {
        var now = Stored.Micros(await database.NowAsync(context, cancellationToken).ConfigureAwait(false));
        return await context.Set<EventRow>().AsNoTracking()
            .Where(row => row.DueAt <= now)
            .OrderBy(row => row.DueAt).ThenBy(row => row.AccountId).ThenBy(row => row.Seq).ThenBy(row => row.Name)
            .Take(max)
            .ToListAsync(cancellationToken).ConfigureAwait(false);
    }

    // One by one, each only while it still is as it was found: of several instances that found it one gets it. All of them
    // go in the same order, so that none waits for another in a ring.
    private async Task<List<EventRow>> LeaseAsync(DbContext context, List<EventRow> waiting, TimeSpan lease, CancellationToken cancellationToken)
    {
        var until = Stored.Micros(await database.NowAsync(context, cancellationToken).ConfigureAwait(false) + lease);
        var leased = new List<EventRow>(waiting.Count);
        foreach (var found in waiting)
        {
            var count = await context.Set<EventRow>()
                .Where(row => row.AccountId == found.AccountId && row.Seq == found.Seq && row.Name == found.Name && row.DueAt == found.DueAt)
                .ExecuteUpdateAsync(row => row.SetProperty(it => it.DueAt, until), cancellationToken).ConfigureAwait(false);
            if (count == 1)
            {
                leased.Add(found);
            }
        }

        return leased;
    }

    private OutboxEvent? Read(EventRow row)
    {
        try
        {
            return row.ToEvent();
        }
        catch (FormatException exception)
        {
            // Written by a newer version: an instance of that version tells it once the lease is over.
            LogUnreadable(exception, row.Name, row.AccountId, row.Seq);
            return null;
        }
    }

    private static IQueryable<EventRow> Row(DbContext context, CreditEvent creditEvent)
    {
        var (account, sequence, name) = (creditEvent.Account.Value, creditEvent.Sequence, creditEvent.Name);
        return context.Set<EventRow>().Where(row => row.AccountId == account && row.Seq == sequence && row.Name == name);
    }

    [LoggerMessage(1210, LogLevel.Warning, "The event {Name} of account {Account} at entry {Sequence} can't be read and waits")]
    private partial void LogUnreadable(Exception exception, string name, string account, long sequence);
}
