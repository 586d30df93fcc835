using System.Data.Common;
using AiCredits.EntityFramework.Hosting;
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
        ProbeAsync<GenerationRow>,
        ProbeAsync<EventRow>,
        ProbeAsync<ResponseRow>,
        ProbeAsync<GuestWindowRow>,
        ProbeAsync<GuestUseRow>,
        ProbeAsync<GuestGenerationRow>,
        ProbeAsync<GuestClaimRow>,
        ProbeAsync<SettingRow>,
    ];

    /// <exception cref="StartException">What <paramref name="explain"/> makes of the database's own words.</exception>
    public static async Task RunAsync(DbContext context, DatabaseKind kind, Func<string, string> explain, CancellationToken cancellationToken)
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

        await AppendOnlyGuard.EnsureAsync(context, kind, cancellationToken).ConfigureAwait(false);
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
