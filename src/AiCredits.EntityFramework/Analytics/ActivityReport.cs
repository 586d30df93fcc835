using System.Globalization;
using System.Text;
using AiCredits.Analytics;
using AiCredits.EntityFramework.Hosting;
using AiCredits.EntityFramework.Schema;
using Microsoft.EntityFrameworkCore;

namespace AiCredits.EntityFramework.Analytics;

/// <summary>How many accounts were active in a period, and which spent most. The only part of a report that grows with the accounts.</summary>
internal static class ActivityReport
{
    /// <param name="context">The database, within the report's transaction.</param>
    /// <param name="kind">What it is.</param>
    /// <param name="from">The first day.</param>
    /// <param name="to">The day after the last one.</param>
    /// <param name="top">How many of those who spent most.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static Task<(long Active, IReadOnlyList<AccountAnalytics> Top)> ReadAsync(DbContext context, DatabaseKind kind, DateTime from, DateTime to, int top, CancellationToken cancellationToken) =>
        kind == DatabaseKind.Other ? ReadTwiceAsync(context, from, to, top, cancellationToken) : ReadOnceAsync(context, from, to, top, cancellationToken);

    // Both answers from one sum per account, which is what takes the time; numbers of generations are exact in floating point,
    // of which PostgreSQL makes a sum without big numbers. Names are constants, values are parameters.
    private static async Task<(long, IReadOnlyList<AccountAnalytics>)> ReadOnceAsync(DbContext context, DateTime from, DateTime to, int top, CancellationToken cancellationToken)
    {
        var table = TableNames.PrefixOf<AnalyticsActivityRow>(context) + TableNames.AnalyticsActivity;
        var values = new List<object>();
        var sql = new StringBuilder("with account as (select account_id, cast(sum(spent) as bigint) as spent, cast(sum(cast(generations as double precision)) as bigint) as generations from (");
        foreach (var (grain, first, end) in Stretch.Of(from, to))
        {
            sql.Append(values.Count == 0 ? "" : " union all ")
                .Append(CultureInfo.InvariantCulture, $"select account_id, spent, generations from {table} where grain = {(int)grain} and start >= {{{values.Count}}} and start < {{{values.Count + 1}}}");
            values.AddRange([first, end]);
        }

        sql.Append(") as part group by account_id) ")
            .Append("select null as \"AccountId\", cast(0 as bigint) as \"Spent\", count(*) as \"Generations\" from account where generations > 0 union all ")
            .Append(CultureInfo.InvariantCulture, $"select * from (select account_id, spent, generations from account where spent <> 0 or generations > 0 order by spent desc, account_id limit {{{values.Count}}}) as top");
        values.Add(top);
        var rows = await context.Database.SqlQueryRaw<Row>(sql.ToString(), [.. values]).ToListAsync(cancellationToken).ConfigureAwait(false);
        return (
            rows.Single(row => row.AccountId is null).Generations,
            [.. rows.Where(row => row.AccountId is not null).OrderByDescending(row => row.Spent).ThenBy(row => row.AccountId, StringComparer.Ordinal)
                .Select(row => new AccountAnalytics(new AccountId(row.AccountId!), Credits.FromMillionths(row.Spent), row.Generations))]);
    }

    private static async Task<(long, IReadOnlyList<AccountAnalytics>)> ReadTwiceAsync(DbContext context, DateTime from, DateTime to, int top, CancellationToken cancellationToken)
    {
        var rows = Stretch.Of(from, to)
            .Select(part => context.Set<AnalyticsActivityRow>().AsNoTracking().Where(row => row.Grain == part.Grain && row.Start >= part.First && row.Start < part.End))
            .Aggregate((left, right) => left.Concat(right));
        var spenders = await rows
            .GroupBy(row => row.AccountId)
            .Select(group => new { AccountId = group.Key, Spent = group.Sum(row => row.Spent), Generations = group.Sum(row => row.Generations) })
            .Where(row => row.Spent != 0 || row.Generations > 0)
            .OrderByDescending(row => row.Spent).ThenBy(row => row.AccountId)
            .Take(top)
            .ToListAsync(cancellationToken).ConfigureAwait(false);
        return (
            await rows.Where(row => row.Generations > 0).Select(row => row.AccountId).Distinct().LongCountAsync(cancellationToken).ConfigureAwait(false),
            spenders.ConvertAll(row => new AccountAnalytics(new AccountId(row.AccountId), Credits.FromMillionths(row.Spent), row.Generations)));
    }

    private sealed record Row(string? AccountId, long Spent, long Generations);
}
