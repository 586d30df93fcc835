using AiCredits.EntityFramework.Ledger;
using AiCredits.EntityFramework.Schema;
using AiCredits.Ledger;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AiCredits.EntityFramework.Hosting;

internal sealed class SqliteDatabase(string connectionString, IOptions<SqliteOptions> options, TimeProvider clock, ILogger<SqliteDatabase> logger)
    : BuiltInDatabase<SqliteCreditsContext>(context => SqliteCreditsContext.Configure(context, connectionString), options.Value.AutoMigrate, options.Value.MigrationTimeout, clock, logger)
{
    public override DatabaseKind Kind => DatabaseKind.Sqlite;

    protected override string SectionName => SqliteOptions.SectionName;

    public override ILedgerBatchExecutor CreateExecutor(Func<LedgerRules> rules) => new SqliteBatchExecutor(connectionString, Gate, Clock, rules, options.Value.FullSync);

    protected override async Task<string> ExplainTimeoutAsync(SqliteCreditsContext context, CancellationToken cancellationToken)
    {
        try
        {
            // EF's lock on SQLite is a row. A process that was killed while it migrated leaves it behind for ever.
            var since = await context.Database.SqlQueryRaw<string>("select \"Timestamp\" as \"Value\" from \"__EFMigrationsLock\"").ToListAsync(cancellationToken).ConfigureAwait(false);
            if (since.Count > 0)
            {
                return $"AIC1203: The database has been locked for a migration since {since[0]}. If no other process migrates it now, one was killed while it did: stop the app, run DELETE FROM \"__EFMigrationsLock\"; on {new SqliteConnectionStringBuilder(connectionString).DataSource}, and start again.";
            }
        }
        catch (SqliteException)
        {
            // There is no such lock; something else took the time.
        }

        return await base.ExplainTimeoutAsync(context, cancellationToken).ConfigureAwait(false);
    }
}
