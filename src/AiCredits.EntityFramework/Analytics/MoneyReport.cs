using AiCredits.Analytics;
using AiCredits.EntityFramework.Schema;
using AiCredits.Ledger;
using AiCredits.Payments;
using Microsoft.EntityFrameworkCore;

namespace AiCredits.EntityFramework.Analytics;

/// <summary>The figures of a report in money. Purchases are few beside generations, and change when they are refunded: they are summed up where they stand.</summary>
internal static class MoneyReport
{
    private const long MicrosPerHour = 3_600_000_000;

    /// <summary>What was paid in each step, by the start of the step.</summary>
    public static async Task<ILookup<DateTime, Revenue>> RevenueAsync(DbContext context, AnalyticsInterval interval, DateTime from, DateTime to, CancellationToken cancellationToken)
    {
        var (first, end) = (Stored.Micros(from), Stored.Micros(to));
        var hours = await context.Set<PurchaseRow>().AsNoTracking()
            .Where(row => row.PaidAt >= first && row.PaidAt < end && row.Total != null)
            .GroupBy(row => new { Hour = row.PaidAt!.Value / MicrosPerHour, row.TotalCurrency })
            .Select(rows => new
            {
                rows.Key.Hour,
                rows.Key.TotalCurrency,
                Count = rows.LongCount(),
                Paid = rows.Sum(row => row.Total!.Value),
                Refunded = rows.Sum(row => row.Refunded),
                Lost = rows.Sum(row => row.DisputesLost),
            })
            .ToListAsync(cancellationToken).ConfigureAwait(false);
        return hours.ToLookup(
            row => interval.StartOf(Stored.Time(row.Hour * MicrosPerHour)),
            row => new Revenue(row.TotalCurrency!, row.Count, Stored.Money(row.Paid), Stored.Money(row.Refunded), Stored.Money(row.Lost)));
    }

    /// <summary>One figure for each currency.</summary>
    public static IReadOnlyList<Revenue> Sum(IEnumerable<Revenue> parts) => [.. parts
        .GroupBy(part => part.Currency)
        .OrderBy(group => group.Key, StringComparer.Ordinal)
        .Select(group => new Revenue(group.Key, group.Sum(part => part.Purchases), group.Sum(part => part.Paid), group.Sum(part => part.Refunded), group.Sum(part => part.DisputesLost)))];

    /// <summary>What is sold and not delivered, at what was paid for it.</summary>
    public static async Task<IReadOnlyList<Money>> DeferredAsync(DbContext context, DateTime now, CancellationToken cancellationToken) => OutstandingCredits.Sum(
    [
        .. await UnspentAsync(context, cancellationToken).ConfigureAwait(false),
        .. await ToComeAsync(context, Stored.Micros(now), cancellationToken).ConfigureAwait(false),
    ]);

    // Of plans, what is paid for time that is still to come.
    private static async Task<IEnumerable<Money>> ToComeAsync(DbContext context, long now, CancellationToken cancellationToken)
    {
        var parts = await context.Set<PurchaseRow>().AsNoTracking()
            .Where(row => row.PaysUntil > now && row.Total != null && row.PaysUntil - row.CreatedAt >= MicrosPerHour)
            .Select(row => new
            {
                row.TotalCurrency,
                Part = (row.Total!.Value - row.Refunded - row.DisputesLost - row.Disputed) * ((row.PaysUntil!.Value - now) / MicrosPerHour) / ((row.PaysUntil.Value - row.CreatedAt) / MicrosPerHour),
            })
            .GroupBy(row => row.TotalCurrency)
            .Select(rows => new { Currency = rows.Key, Sum = rows.Sum(row => row.Part) })
            .ToListAsync(cancellationToken).ConfigureAwait(false);
        return parts.Select(part => new Money(Stored.Money(part.Sum), part.Currency!));
    }

    private static async Task<IReadOnlyList<Money>> UnspentAsync(DbContext context, CancellationToken cancellationToken)
    {
        // Summed up by price, of which there are few, and so exactly. A grant names its purchase in text, whose letters are small; SQLite keeps ids in capitals.
#pragma warning disable CA1304, CA1311, CA1862 // Translated to upper(), which knows no culture.
        var prices = await (
            from grant in context.Set<GrantRow>().AsNoTracking()
            where grant.Live && grant.Kind == GrantKind.Purchase && grant.Reference != null
            join purchase in context.Set<PurchaseRow>() on grant.AccountId equals purchase.AccountId
            where purchase.Total != null && grant.Reference!.ToUpper() == purchase.PurchaseId.ToString().ToUpper()
            group grant.Available + grant.Held by new { purchase.TotalCurrency, purchase.Total, Bought = purchase.Credits - purchase.BonusCredits } into price
            select new { price.Key.TotalCurrency, price.Key.Total, price.Key.Bought, Left = price.Sum() })
            .ToListAsync(cancellationToken).ConfigureAwait(false);
#pragma warning restore CA1304, CA1311, CA1862
        return OutstandingCredits.Worth(prices.Select(price => (
            new Money(Stored.Money(price.Total!.Value), price.TotalCurrency!),
            Credits.FromMillionths(price.Bought),
            Credits.FromMillionths(price.Left))));
    }
}
