using AiCredits.EntityFramework.Ledger;
using AiCredits.EntityFramework.Schema;
using AiCredits.Ledger;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;

namespace AiCredits.EntityFramework.Hosting;

internal sealed class PostgreSqlDatabase : BuiltInDatabase<PostgreSqlCreditsContext>
{
    private readonly NpgsqlDataSource dataSource;
    private readonly UnsafeDurability allowed;

    public PostgreSqlDatabase(string connectionString, IOptions<PostgreSqlOptions> options, TimeProvider clock, ILogger<PostgreSqlDatabase> logger)
        : this(NpgsqlDataSource.Create(connectionString), options.Value, clock, logger)
    {
    }

    private PostgreSqlDatabase(NpgsqlDataSource dataSource, PostgreSqlOptions options, TimeProvider clock, ILogger logger)
        : base(context => PostgreSqlCreditsContext.Configure(context, dataSource), options.AutoMigrate, options.MigrationTimeout, clock, logger)
    {
        this.dataSource = dataSource;
        allowed = options.AllowUnsafeDurability;
    }

    public override DatabaseKind Kind => DatabaseKind.PostgreSql;

    protected override string SectionName => PostgreSqlOptions.SectionName;

    public override ILedgerBatchExecutor CreateExecutor(Func<LedgerRules> rules) => new PostgreSqlBatchExecutor(dataSource, rules);

    protected override Task CheckServerAsync(CancellationToken cancellationToken) => PostgreSqlServerCheck.RunAsync(dataSource, allowed, cancellationToken);

    public override async ValueTask DisposeAsync()
    {
        await dataSource.DisposeAsync().ConfigureAwait(false);
        await base.DisposeAsync().ConfigureAwait(false);
    }
}
