using AiCredits.EntityFramework.Ledger;
using AiCredits.EntityFramework.Schema;
using AiCredits.EntityFramework.Store;
using AiCredits.Ledger;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Npgsql;
using Npgsql.EntityFrameworkCore.PostgreSQL.Infrastructure.Internal;

namespace AiCredits.EntityFramework.Hosting;

/// <summary>The tables inside the app's own context, made by the app's own migrations.</summary>
/// <typeparam name="TContext">The app's context.</typeparam>
internal sealed class AppDatabase<TContext> : CreditsDatabase
    where TContext : DbContext
{
    private readonly IServiceScopeFactory scopes;
    private readonly IOptions<SqliteOptions> sqlite;
    private readonly IOptions<PostgreSqlOptions> postgreSql;
    private readonly Lazy<DatabaseKind> kind;
    private NpgsqlDataSource? ownDataSource;

    public AppDatabase(IServiceScopeFactory scopes, IOptions<SqliteOptions> sqlite, IOptions<PostgreSqlOptions> postgreSql, TimeProvider clock)
        : base(clock)
    {
        this.scopes = scopes;
        this.sqlite = sqlite;
        this.postgreSql = postgreSql;
        kind = new Lazy<DatabaseKind>(FindKind);
    }

    public override DatabaseKind Kind => kind.Value;

    public override DatabaseLease Open()
    {
        var scope = scopes.CreateAsyncScope();
        return new DatabaseLease(Resolve(scope.ServiceProvider), scope);
    }

    public override ILedgerBatchExecutor CreateExecutor(Func<LedgerRules> rules)
    {
        if (Kind == DatabaseKind.Other)
        {
            return new PortableBatchExecutor(this, rules);
        }

        using var scope = scopes.CreateScope();
        var context = Resolve(scope.ServiceProvider);
        if (Kind == DatabaseKind.Sqlite)
        {
            return new SqliteBatchExecutor(context.Database.GetConnectionString()!, Gate, Clock, rules, sqlite.Value.FullSync);
        }

        return new PostgreSqlBatchExecutor(DataSourceOf(context), rules, context.Model.FindEntityType(typeof(AccountRow))?.GetSchema());
    }

    public override async Task PrepareAsync(CancellationToken cancellationToken)
    {
        await using var lease = Open();
        if (lease.Context.Model.FindEntityType(typeof(AccountRow)) is null)
        {
            throw new StartException($"AIC1206: {typeof(TContext).Name} has no tables of AiCredits. Call modelBuilder.AddAiCredits() in its OnModelCreating, then add a migration: dotnet ef migrations add AiCredits.");
        }

        try
        {
            if (Kind == DatabaseKind.PostgreSql)
            {
                await PostgreSqlServerCheck.RunAsync(DataSourceOf((TContext)lease.Context), postgreSql.Value.AllowUnsafeDurability, cancellationToken).ConfigureAwait(false);
            }

            await SchemaCheck.RunAsync(lease.Context, Kind, missing => $"AIC1207: The tables of AiCredits are missing in the database of {typeof(TContext).Name}, or out of date ({missing}). Add a migration and apply it before the app starts: dotnet ef migrations add AiCredits, then dotnet ef database update.", cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (Outage.Is(exception))
        {
            throw Outage.AtStart(exception);
        }
    }

    public override async ValueTask DisposeAsync()
    {
        if (ownDataSource is not null)
        {
            await ownDataSource.DisposeAsync().ConfigureAwait(false);
        }

        await base.DisposeAsync().ConfigureAwait(false);
    }

    // A data source that the app has made holds what a connection string can't: a password provider, certificates.
    private NpgsqlDataSource DataSourceOf(TContext context)
    {
#pragma warning disable EF1001 // There is no public way to the data source that the app gave to UseNpgsql.
        var given = context.GetService<IDbContextOptions>().FindExtension<NpgsqlOptionsExtension>()?.DataSource as NpgsqlDataSource;
#pragma warning restore EF1001
        return given ?? (ownDataSource ??= NpgsqlDataSource.Create(context.Database.GetConnectionString()!));
    }

    private static TContext Resolve(IServiceProvider services) => services.GetService<TContext>()
        ?? throw new StartException($"AIC1205: UseEntityFramework<{typeof(TContext).Name}>() was called but the context is not registered. Call services.AddDbContext<{typeof(TContext).Name}>(...) as well.");

    private DatabaseKind FindKind()
    {
        using var scope = scopes.CreateScope();
        var database = Resolve(scope.ServiceProvider).Database;
        return database.ProviderName switch
        {
            "Microsoft.EntityFrameworkCore.Sqlite" => DatabaseKind.Sqlite,
            "Npgsql.EntityFrameworkCore.PostgreSQL" => DatabaseKind.PostgreSql,
            _ when database.IsRelational() => DatabaseKind.Other,
            var provider => throw new StartException($"AIC1208: The provider {provider} of {typeof(TContext).Name} is not relational and has no transactions. Use SQLite or PostgreSQL; for tests, leave UseEntityFramework out: the store in memory needs no database."),
        };
    }
}
