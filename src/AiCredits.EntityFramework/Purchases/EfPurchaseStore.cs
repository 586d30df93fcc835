using AiCredits.EntityFramework.Hosting;
using AiCredits.EntityFramework.Schema;
using AiCredits.Events;
using AiCredits.Purchases;
using Microsoft.EntityFrameworkCore;

namespace AiCredits.EntityFramework.Purchases;

/// <summary>Purchases in the database, and their events in the transaction that changes them.</summary>
internal sealed class EfPurchaseStore(CreditsDatabase database) : IPurchaseStore
{
    public async ValueTask<Purchase> AddAsync(Purchase purchase, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(purchase);
        try
        {
            return await database.WriteAsync((context, token) => AddAsync(context, purchase, token), cancellationToken).ConfigureAwait(false);
        }
        catch (DbUpdateException)
        {
            // The same click came twice at the same moment: the other one is there now.
            return await database.ReadAsync((context, token) => FindSameAsync(context, purchase, token), cancellationToken).ConfigureAwait(false)
                ?? throw new InvalidOperationException($"The database refuses purchase {purchase.Id}, and has no other with its key.");
        }
    }

    public async ValueTask<bool> UpdateAsync(Purchase purchase, IReadOnlyList<CreditEvent> events, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(purchase);
        ArgumentNullException.ThrowIfNull(events);
        try
        {
            return await database.WriteAsync((context, token) => UpdateAsync(context, purchase, events, token), cancellationToken).ConfigureAwait(false);
        }
        catch (DbUpdateConcurrencyException)
        {
            return false;
        }
    }

    public async ValueTask<Purchase?> FindAsync(Guid id, CancellationToken cancellationToken = default) =>
        await FirstAsync(rows => rows.Where(row => row.PurchaseId == id), cancellationToken).ConfigureAwait(false);

    public async ValueTask<Purchase?> FindByCheckoutAsync(string provider, string checkoutId, CancellationToken cancellationToken = default) =>
        await FirstAsync(rows => rows.Where(row => row.Provider == provider && row.CheckoutId == checkoutId), cancellationToken).ConfigureAwait(false);

    public async ValueTask<string?> FindCustomerAsync(AccountId account, string provider, CancellationToken cancellationToken = default)
    {
        var id = account.Value;
        var latest = await FirstAsync(
            rows => rows.Where(row => row.AccountId == id && row.Provider == provider && row.CustomerId != null).OrderByDescending(row => row.PurchaseId),
            cancellationToken).ConfigureAwait(false);
        return latest?.CustomerId;
    }

    public async ValueTask<IReadOnlyList<Purchase>> ListAsync(PurchaseQuery query, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        query.Validate();
        var (account, before, limit) = (query.Account.Value, query.Before ?? Guid.AllBitsSet, query.Limit);
        return await ListAsync(
            rows => rows.Where(row => row.AccountId == account && row.PurchaseId < before).OrderByDescending(row => row.PurchaseId).Take(limit),
            cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask<IReadOnlyList<Purchase>> ListDueAsync(DateTime now, int max, CancellationToken cancellationToken = default)
    {
        var micros = Stored.Micros(now);
        return await ListAsync(
            rows => rows.Where(row => row.DueAt != null && row.DueAt <= micros).OrderBy(row => row.DueAt).ThenBy(row => row.PurchaseId).Take(max),
            cancellationToken).ConfigureAwait(false);
    }

    private static async Task<Purchase> AddAsync(DbContext context, Purchase purchase, CancellationToken cancellationToken)
    {
        if (await FindSameAsync(context, purchase, cancellationToken).ConfigureAwait(false) is { } kept)
        {
            return kept;
        }

        context.Add(PurchaseRow.From(purchase));
        await context.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
        return purchase;
    }

    private static async Task<Purchase?> FindSameAsync(DbContext context, Purchase purchase, CancellationToken cancellationToken)
    {
        var (account, id, key) = (purchase.Account.Value, purchase.Id, purchase.ClientKey);
        var row = await context.Set<PurchaseRow>().AsNoTracking()
            .FirstOrDefaultAsync(row => row.PurchaseId == id || (key != null && row.AccountId == account && row.ClientKey == key), cancellationToken).ConfigureAwait(false);
        return row?.ToPurchase();
    }

    private async Task<bool> UpdateAsync(DbContext context, Purchase purchase, IReadOnlyList<CreditEvent> events, CancellationToken cancellationToken)
    {
        var row = context.Update(PurchaseRow.From(purchase));
        row.Property(it => it.Version).OriginalValue = purchase.Version - 1;

        // Apart from the events, whose keys are those of the winner: who has lost must learn that by the version.
        await context.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
        if (events.Count > 0)
        {
            // Due at once by the clock that the outbox lives by, which may not be the app's.
            var now = Stored.Micros(await database.NowAsync(context, cancellationToken).ConfigureAwait(false));
            foreach (var creditEvent in events)
            {
                var waiting = EventRow.From(creditEvent);
                waiting.DueAt = now;
                context.Add(waiting);
            }

            await context.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
        }

        return true;
    }

    private Task<Purchase?> FirstAsync(Func<IQueryable<PurchaseRow>, IQueryable<PurchaseRow>> which, CancellationToken cancellationToken) => database.ReadAsync(
        async (context, token) => (await which(context.Set<PurchaseRow>().AsNoTracking()).FirstOrDefaultAsync(token).ConfigureAwait(false))?.ToPurchase(),
        cancellationToken);

    private Task<List<Purchase>> ListAsync(Func<IQueryable<PurchaseRow>, IQueryable<PurchaseRow>> which, CancellationToken cancellationToken) => database.ReadAsync(
        async (context, token) => (await which(context.Set<PurchaseRow>().AsNoTracking()).ToListAsync(token).ConfigureAwait(false)).ConvertAll(row => row.ToPurchase()),
        cancellationToken);
}
