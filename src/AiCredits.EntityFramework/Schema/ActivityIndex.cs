using System.Data.Common;
using AiCredits.EntityFramework.Hosting;
using Microsoft.EntityFrameworkCore;

namespace AiCredits.EntityFramework.Schema;

/// <summary>
/// The key of the roll-up by account with its figures in it, on PostgreSQL: a report sums up every account of its period
/// from the key alone, where the rows lie next to each other. The model of EF has no words for columns that a key carries along.
/// </summary>
internal static class ActivityIndex
{
    private const string Name = "pk_ai_credits_analytics_activity";

    public const string Plain = $"alter table {TableNames.AnalyticsActivity} drop constraint {Name}, add constraint {Name} primary key (grain, start, account_id)";

    public const string Sql = $"{Plain} include (generations, spent)";

    /// <summary>Makes it so in the app's own database. Without it all is right, but reports over very many accounts are slow.</summary>
    public static async Task EnsureAsync(DbContext context, DatabaseKind kind, CancellationToken cancellationToken)
    {
        if (kind != DatabaseKind.PostgreSql)
        {
            return;
        }

        var prefix = TableNames.PrefixOf<AnalyticsActivityRow>(context);
        try
        {
            var done = await context.Database.SqlQueryRaw<int>("select count(*)::integer as \"Value\" from pg_index where indexrelid = to_regclass({0}) and indnatts > indnkeyatts", prefix + Name).SingleAsync(cancellationToken).ConfigureAwait(false);
            if (done == 0)
            {
                await context.Database.ExecuteSqlRawAsync(Sql.Replace($"alter table {TableNames.AnalyticsActivity} ", $"alter table {prefix}{TableNames.AnalyticsActivity} ", StringComparison.Ordinal), cancellationToken).ConfigureAwait(false);
            }
        }
        catch (DbException)
        {
            // The app's user may not change the table, or another instance was sooner.
        }
    }
}
