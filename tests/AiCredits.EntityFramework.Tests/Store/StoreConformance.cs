using AiCredits.Conformance;
using AiCredits.EntityFramework.Hosting;
using AiCredits.EntityFramework.Ledger;
using AiCredits.Guests;
using AiCredits.Ledger;
using AiCredits.TestServers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace AiCredits.EntityFramework.Store;

/// <summary>The suite on a database, each store in a host of its own as in an instance of an app.</summary>
[Proves(typeof(EfCreditStore))]
public abstract class StoreConformance(Provider provider, PostgreSqlServer server) : CreditStoreConformance
{
    private readonly List<IHost> hosts = [];
    private TestDatabase? database;
    private DatabaseClock? databaseClock;

    protected override bool LivesByClock => provider == Provider.Sqlite;

    protected override DateTime Now => databaseClock?.Now ?? base.Now;

    protected override async ValueTask<ICreditStore> CreateAsync()
    {
        database = await TestDatabase.BorrowAsync(provider, server, AppTables, clocked: true);
        databaseClock = await DatabaseClock.CreateAsync(database);
        return await CreateSecondAsync();
    }

    protected override async ValueTask<ICreditStore> CreateSecondAsync()
    {
        var host = await StartAsync(database!, Clock);
        hosts.Add(host);
        return host.Services.GetRequiredService<ICreditStore>();
    }

    /// <summary>The name of the app's context where that makes the tables.</summary>
    private protected virtual string? AppTables => null;

    protected override ValueTask<IGuestLimiter> CreateLimiterAsync() => new(hosts[0].Services.GetRequiredService<IGuestLimiter>());

    protected override T Service<T>() => hosts[0].Services.GetRequiredService<T>();

    protected override async ValueTask PassAsync(TimeSpan time)
    {
        await base.PassAsync(databaseClock is null ? time : TimeSpan.Zero);
        await (databaseClock?.PassAsync(time) ?? Task.CompletedTask);
    }

    protected override async ValueTask CleanUpAsync()
    {
        foreach (var host in hosts)
        {
            await AppHost.DisposeAsync(host);
        }

        await database!.DisposeAsync();
    }

    private protected virtual Task<IHost> StartAsync(TestDatabase on, TimeProvider clock) => AppHost.StartAsync(on.Use, clock);
}

[Proves(typeof(SqliteBatchExecutor))]
public sealed class SqliteStoreConformance(PostgreSqlServer server) : StoreConformance(Provider.Sqlite, server);

[Proves(typeof(PostgreSqlBatchExecutor))]
public sealed class PostgreSqlStoreConformance(PostgreSqlServer server) : StoreConformance(Provider.PostgreSql, server);

public sealed class PgBouncerStoreConformance(PostgreSqlServer server) : StoreConformance(Provider.PgBouncer, server);
