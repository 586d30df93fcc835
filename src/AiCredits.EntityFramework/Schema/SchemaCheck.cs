using System.Data.Common;
using AiCredits.EntityFramework.Hosting;
using AiCredits.EntityFramework.Plans;
using AiCredits.EntityFramework.Promotions;
using AiCredits.EntityFramework.Referrals;
using AiCredits.EntityFramework.TopUps;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace AiCredits.EntityFramework.Schema;

/// <summary>Looks at the start whether the tables are there as the model has them, and whether the history is guarded.</summary>
internal static class SchemaCheck
{
    private static readonly Func<DbContext, CancellationToken, Task>[] Probes =
    [
        ProbeAsync<AccountRow>,
        ProbeAsync<GrantRow>,
        ProbeAsync<HoldRow>,
        ProbeAsync<EntryRow>,
        ProbeAsync<RefusalRow>,
        ProbeAsync<MemberRow>,
        ProbeAsync<TransferRow>,
        ProbeAsync<DeliveryRow>,
        ProbeAsync<GenerationRow>,
        ProbeAsync<EventRow>,
        ProbeAsync<ResponseRow>,
        ProbeAsync<GuestWindowRow>,
        ProbeAsync<GuestUseRow>,
        ProbeAsync<GuestGenerationRow>,
        ProbeAsync<GuestClaimRow>,
        ProbeAsync<PurchaseRow>,
        ProbeAsync<PackRow>,
        ProbeAsync<SettingRow>,
        ProbeAsync<PromoCodeRow>,
        ProbeAsync<PromoRedemptionRow>,
        ProbeAsync<ReferralRow>,
        ProbeAsync<SubscriptionRow>,
        ProbeAsync<AnalyticsRow>,
        ProbeAsync<AnalyticsActivityRow>,
        ProbeAsync<AnalyticsAccountRow>,
        ProbeAsync<AnalyticsGuestRow>,
        ProbeAsync<TopUpRow>,
    ];

    /// <exception cref="StartException">What <paramref name="explain"/> makes of the database's own words.</exception>
    public static async Task RunAsync(DbContext context, DatabaseKind kind, Func<string, string> explain, CancellationToken cancellationToken)
    {
        // One connection for all: each of its own would be given back to the pool and reset in between.
        await context.Database.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await ProbeAllAsync(context, explain, cancellationToken).ConfigureAwait(false);
            await AppendOnlyGuard.EnsureAsync(context, kind, cancellationToken).ConfigureAwait(false);
            await BurnOrderIndex.EnsureAsync(context, kind, cancellationToken).ConfigureAwait(false);
            await ActivityIndex.EnsureAsync(context, kind, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            await context.Database.CloseConnectionAsync().ConfigureAwait(false);
        }
    }

    private static async Task ProbeAllAsync(DbContext context, Func<string, string> explain, CancellationToken cancellationToken)
    {
        try
        {
            foreach (var probe in Probes)
            {
                await probe(context, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (DbException exception) when (IsMissing(exception))
        {
            throw new StartException(explain(exception.Message), exception);
        }
    }

    // No row is read, but the database looks at every column.
    private static async Task ProbeAsync<TRow>(DbContext context, CancellationToken cancellationToken)
        where TRow : class => await context.Set<TRow>().AsNoTracking().IgnoreQueryFilters().Take(0).ToListAsync(cancellationToken).ConfigureAwait(false);

    // PostgreSQL: an unknown table, column or schema. SQLite: a statement that can't be compiled. Others say it in their own way.
    private static bool IsMissing(DbException exception) => exception switch
    {
        SqliteException sqlite => sqlite.SqliteErrorCode == 1,
        PostgresException postgreSql => postgreSql.SqlState is PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.UndefinedColumn or PostgresErrorCodes.InvalidSchemaName,
        NpgsqlException => false,
        _ => true,
    };
}
