using AiCredits.EntityFramework.Hosting;
using AiCredits.EntityFramework.Schema;
using AiCredits.Webhooks;
using Microsoft.EntityFrameworkCore;

namespace AiCredits.EntityFramework.Webhooks;

/// <summary>Deliveries in the database.</summary>
internal sealed class EfWebhookOutbox(CreditsDatabase database) : IWebhookOutbox
{
    public async ValueTask AddAsync(IReadOnlyList<WebhookDelivery> deliveries, CancellationToken cancellationToken = default)
    {
        foreach (var delivery in deliveries)
        {
            try
            {
                await database.WriteAsync((context, token) => AddAsync(context, delivery, token), cancellationToken).ConfigureAwait(false);
            }
            catch (DbUpdateException) when (cancellationToken is { IsCancellationRequested: false })
            {
                // Another instance tells the same event and was faster; if not, the delivery is not there and this throws again.
                await database.WriteAsync((context, token) => AddAsync(context, delivery, token), cancellationToken).ConfigureAwait(false);
            }
        }
    }

    public async ValueTask<IReadOnlyList<WebhookDelivery>> LeaseAsync(string endpoint, int max, TimeSpan lease, CancellationToken cancellationToken = default)
    {
        var due = await database.ReadAsync(
            async (context, token) =>
            {
                var now = Stored.Micros(await database.NowAsync(context, token).ConfigureAwait(false));
                return await context.Set<DeliveryRow>().AsNoTracking().Where(row => row.Endpoint == endpoint && row.DueAt <= now)
                    .OrderBy(row => row.DueAt).ThenBy(row => row.AccountId).ThenBy(row => row.Seq).ThenBy(row => row.Name)
                    .Take(max).ToListAsync(token).ConfigureAwait(false);
            },
            cancellationToken).ConfigureAwait(false);
        return due.Count == 0 ? [] : await database.WriteAsync((context, token) => LeaseAsync(context, due, lease, token), cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask CompleteAsync(WebhookDelivery delivery, CancellationToken cancellationToken = default) =>
        await database.WriteAsync((context, token) => Row(context, delivery).ExecuteDeleteAsync(token), cancellationToken).ConfigureAwait(false);

    public async ValueTask PostponeAsync(WebhookDelivery delivery, TimeSpan delay, CancellationToken cancellationToken = default) =>
        await database.WriteAsync(
            async (context, token) =>
            {
                var until = Stored.Micros(await database.NowAsync(context, token).ConfigureAwait(false) + delay);
                return await Row(context, delivery).ExecuteUpdateAsync(row => row.SetProperty(it => it.Attempts, delivery.Attempts + 1).SetProperty(it => it.DueAt, until), token).ConfigureAwait(false);
            },
            cancellationToken).ConfigureAwait(false);

    private static async Task<int> AddAsync(DbContext context, WebhookDelivery delivery, CancellationToken cancellationToken)
    {
        if (!await Row(context, delivery).AnyAsync(cancellationToken).ConfigureAwait(false))
        {
            context.Add(DeliveryRow.From(delivery));
        }

        return await context.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
    }

    // Each only while it still is as it was found: of several instances that found it one gets it. All go in the same order.
    private async Task<IReadOnlyList<WebhookDelivery>> LeaseAsync(DbContext context, List<DeliveryRow> due, TimeSpan lease, CancellationToken cancellationToken)
    {
        var until = Stored.Micros(await database.NowAsync(context, cancellationToken).ConfigureAwait(false) + lease);
        var leased = new List<WebhookDelivery>(due.Count);
        foreach (var found in due)
        {
            var delivery = found.ToDelivery();
            if (await Row(context, delivery).Where(row => row.DueAt == found.DueAt).ExecuteUpdateAsync(row => row.SetProperty(it => it.DueAt, until), cancellationToken).ConfigureAwait(false) == 1)
            {
                leased.Add(delivery);
            }
        }

        return leased;
    }

    private static IQueryable<DeliveryRow> Row(DbContext context, WebhookDelivery delivery)
    {
        var (account, sequence, name, endpoint) = (delivery.Account.Value, delivery.Sequence, delivery.Name, delivery.Endpoint);
        return context.Set<DeliveryRow>().Where(row => row.AccountId == account && row.Seq == sequence && row.Name == name && row.Endpoint == endpoint);
    }
}
