using System.Data.Common;
using System.Globalization;
using System.Text;
using AiCredits.Analytics;
using AiCredits.EntityFramework.Hosting;
using AiCredits.EntityFramework.Schema;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace AiCredits.EntityFramework.Analytics;

/// <summary>Adds a delta to the roll-ups, within the transaction that holds their lock.</summary>
internal sealed class RollUpWriter(DatabaseKind kind)
{
    private const int RowsPerStatement = 500;

    /// <summary>Writes what a delta adds. <paramref name="openedAt"/> says when accounts were opened.</summary>
    public async Task WriteAsync(DbContext context, RollUpDelta delta, IReadOnlyDictionary<string, DateTime> openedAt, CancellationToken cancellationToken)
    {
        // Who becomes active in an interval is only known when the activity is written.
        foreach (var (key, added) in delta.Activity.ToArray())
        {
            if (added == default)
            {
                delta.Activity.Remove(key);
            }
        }

        var rows = delta.Activity.OrderBy(row => row.Key.Grain).ThenBy(row => row.Key.Start).ThenBy(row => row.Key.Account, StringComparer.Ordinal).ToArray();
        foreach (var chunk in rows.Chunk(RowsPerStatement))
        {
            foreach (var (key, generations) in await AddActivityAsync(context, chunk, cancellationToken).ConfigureAwait(false))
            {
                var before = generations - delta.Activity[key].Generations;
                if (before > 0 != generations > 0)
                {
                    delta.AddActive(key, openedAt[key.Account], generations > 0 ? 1 : -1);
                }
            }
        }

        var totals = delta.Totals.Where(row => row.Value != default)
            .OrderBy(row => row.Key.Grain).ThenBy(row => row.Key.Measure).ThenBy(row => row.Key.Start).ThenBy(row => row.Key.Model, StringComparer.Ordinal).ThenBy(row => row.Key.Detail, StringComparer.Ordinal).ToArray();
        foreach (var chunk in totals.Chunk(RowsPerStatement))
        {
            await AddTotalsAsync(context, chunk, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Writes up to where accounts are rolled up.</summary>
    public async Task MarkAsync(DbContext context, IReadOnlyList<AnalyticsAccountRow> marks, CancellationToken cancellationToken)
    {
        foreach (var chunk in marks.Chunk(RowsPerStatement))
        {
            if (kind == DatabaseKind.Other)
            {
                foreach (var mark in chunk)
                {
                    var known = await context.Set<AnalyticsAccountRow>().Where(row => row.AccountId == mark.AccountId).ExecuteUpdateAsync(
                        row => row.SetProperty(it => it.DoneSeq, mark.DoneSeq).SetProperty(it => it.FirstAt, mark.FirstAt).SetProperty(it => it.FirstPurchaseAt, mark.FirstPurchaseAt),
                        cancellationToken).ConfigureAwait(false);
                    if (known == 0)
                    {
                        context.Add(mark);
                    }
                }

                await context.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
                continue;
            }

            await using var command = Upsert<AnalyticsAccountRow>(
                context,
                "account_id, done_seq, first_at, first_purchase_at",
                chunk.Select(mark => new object?[] { mark.AccountId, mark.DoneSeq, mark.FirstAt, mark.FirstPurchaseAt }),
                "account_id",
                "done_seq = excluded.done_seq, first_at = excluded.first_at, first_purchase_at = excluded.first_purchase_at");
            await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<List<(ActivityKey Key, long Generations)>> AddActivityAsync(DbContext context, KeyValuePair<ActivityKey, (long Generations, long Spent)>[] rows, CancellationToken cancellationToken)
    {
        var after = new List<(ActivityKey, long)>(rows.Length);
        if (kind == DatabaseKind.Other)
        {
            foreach (var (key, added) in rows)
            {
                var row = await context.Set<AnalyticsActivityRow>().AsTracking().FirstOrDefaultAsync(it => it.Grain == key.Grain && it.Start == key.Start && it.AccountId == key.Account, cancellationToken).ConfigureAwait(false);
                if (row is null)
                {
                    context.Add(row = new AnalyticsActivityRow { Grain = key.Grain, Start = key.Start, AccountId = key.Account });
                }

                row.Generations += added.Generations;
                row.Spent += added.Spent;
                after.Add((key, row.Generations));
            }

            await context.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
            return after;
        }

        await using var command = Upsert<AnalyticsActivityRow>(
            context,
            "grain, start, account_id, generations, spent",
            rows.Select(row => new object?[] { (int)row.Key.Grain, row.Key.Start, row.Key.Account, row.Value.Generations, row.Value.Spent }),
            "grain, start, account_id",
            "generations = t.generations + excluded.generations, spent = t.spent + excluded.spent",
            " returning grain, start, account_id, generations");
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            after.Add((new ActivityKey((AnalyticsInterval)reader.GetInt32(0), reader.GetInt64(1), reader.GetString(2)), reader.GetInt64(3)));
        }

        return after;
    }

    private async Task AddTotalsAsync(DbContext context, KeyValuePair<TotalKey, (long Count, long Amount)>[] rows, CancellationToken cancellationToken)
    {
        if (kind == DatabaseKind.Other)
        {
            foreach (var ((grain, measure, start, model, detail), (count, amount)) in rows)
            {
                var known = await context.Set<AnalyticsRow>().Where(row => row.Grain == grain && row.Measure == measure && row.Start == start && row.Model == model && row.Detail == detail)
                    .ExecuteUpdateAsync(row => row.SetProperty(it => it.Count, it => it.Count + count).SetProperty(it => it.Amount, it => it.Amount + amount), cancellationToken).ConfigureAwait(false);
                if (known == 0)
                {
                    context.Add(new AnalyticsRow { Grain = grain, Measure = measure, Start = start, Model = model, Detail = detail, Count = count, Amount = amount });
                }
            }

            await context.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
            return;
        }

        await using var command = Upsert<AnalyticsRow>(
            context,
            "grain, measure, start, model, detail, count, amount",
            rows.Select(row => new object?[] { (int)row.Key.Grain, (int)row.Key.Measure, row.Key.Start, row.Key.Model, row.Key.Detail, row.Value.Count, row.Value.Amount }),
            "grain, measure, start, model, detail",
            "count = t.count + excluded.count, amount = t.amount + excluded.amount");
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    // The one statement that PostgreSQL and SQLite share for this. All names are constants; values are parameters.
    private static DbCommand Upsert<TRow>(DbContext context, string columns, IEnumerable<object?[]> rows, string key, string update, string returning = "")
        where TRow : class
    {
        var command = context.Database.GetDbConnection().CreateCommand();
        command.Transaction = context.Database.CurrentTransaction!.GetDbTransaction();
        var table = context.Model.FindEntityType(typeof(TRow))!;
        var sql = new StringBuilder($"insert into {TableNames.PrefixOf<TRow>(context)}\"{table.GetTableName()}\" as t ({columns}) values ");
        var number = 0;
        foreach (var row in rows)
        {
            sql.Append(number == 0 ? "(" : ", (");
            for (var index = 0; index < row.Length; index++)
            {
                var parameter = command.CreateParameter();
                parameter.ParameterName = string.Create(CultureInfo.InvariantCulture, $"p{number++}");
                parameter.Value = row[index] ?? DBNull.Value;
                command.Parameters.Add(parameter);
                sql.Append(index == 0 ? "@" : ", @").Append(parameter.ParameterName);
            }

            sql.Append(')');
        }

        command.CommandText = sql.Append(" on conflict (").Append(key).Append(") do update set ").Append(update).Append(returning).ToString();
        return command;
    }
}
