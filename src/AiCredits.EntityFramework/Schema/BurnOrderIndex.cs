using System.Data.Common;
using AiCredits.EntityFramework.Hosting;
using Microsoft.EntityFrameworkCore;

namespace AiCredits.EntityFramework.Schema;

/// <summary>
/// The index that gives a spend the grants that burn first, however many an account has. It is over expressions, which
/// the model of EF has no words for, so it is made by hand. Only columns that never change are in it: spending from a grant
/// writes no index.
/// </summary>
internal static class BurnOrderIndex
{
    /// <summary>Priority, then soonest expiry, then free before paid, then oldest. The same on SQLite and PostgreSQL, word for word.</summary>
    public const string Order = "priority, coalesce(expires_at, 9223372036854775807), (kind = 2), grant_id";

    public const string Name = "ix_ai_credits_grant_burn";

    public const string Sql = $"create index if not exists {Name} on {TableNames.Grant} (account_id, {Order}) where live";

    /// <summary>Makes the index in the app's own database. Without it all is right, but slow for accounts with thousands of live grants.</summary>
    public static async Task EnsureAsync(DbContext context, DatabaseKind kind, CancellationToken cancellationToken)
    {
        if (kind == DatabaseKind.Other)
        {
            return;
        }

        var prefix = TableNames.PrefixOf<GrantRow>(context);
        try
        {
            var known = kind == DatabaseKind.Sqlite
                ? await context.Database.SqlQueryRaw<int>($"select count(*) as \"Value\" from sqlite_master where type = 'index' and name = '{Name}'").SingleAsync(cancellationToken).ConfigureAwait(false)
                : await context.Database.SqlQueryRaw<int>("select count(to_regclass({0}))::integer as \"Value\"", prefix + Name).SingleAsync(cancellationToken).ConfigureAwait(false);
            if (known == 0)
            {
                await context.Database.ExecuteSqlRawAsync(Sql.Replace($" on {TableNames.Grant} ", $" on {prefix}{TableNames.Grant} ", StringComparison.Ordinal), cancellationToken).ConfigureAwait(false);
            }
        }
        catch (DbException)
        {
            // The app's user may not create anything, or another instance was sooner.
        }
    }
}
