using AiCredits.EntityFramework.Hosting;
using AiCredits.EntityFramework.Schema;
using AiCredits.Purchases;
using Microsoft.EntityFrameworkCore;

namespace AiCredits.EntityFramework.Purchases;

/// <summary>Looks across the purchases of a database.</summary>
internal sealed class EfPurchaseDirectory(CreditsDatabase database) : IPurchaseDirectory
{
    public async ValueTask<IReadOnlyList<Purchase>> FindPurchasesAsync(PurchaseSearch search, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(search);
        search.Validate();
        var rows = await database.ReadAsync((context, token) => Purchases(context, search).ToListAsync(token), cancellationToken).ConfigureAwait(false);
        return rows.ConvertAll(row => row.ToPurchase());
    }

    // Condition by condition, so that the database sees no more of them than were asked for and can choose its index.
    private static IQueryable<PurchaseRow> Purchases(DbContext context, PurchaseSearch search)
    {
        var rows = context.Set<PurchaseRow>().AsNoTracking();
        if (search.Account is { } account)
        {
            var id = account.Value;
            rows = rows.Where(row => row.AccountId == id);
        }

        if (search.Statuses.Count > 0)
        {
            var statuses = search.Statuses.ToList();
            rows = rows.Where(row => statuses.Contains(row.Status));
        }

        if (Stored.Micros(search.From) is { } from)
        {
            rows = rows.Where(row => row.CreatedAt >= from);
        }

        if (Stored.Micros(search.To) is { } to)
        {
            rows = rows.Where(row => row.CreatedAt < to);
        }

        if (search.Before is { } before)
        {
            rows = rows.Where(row => row.PurchaseId < before);
        }

        return rows.OrderByDescending(row => row.PurchaseId).Take(search.Limit);
    }
}
