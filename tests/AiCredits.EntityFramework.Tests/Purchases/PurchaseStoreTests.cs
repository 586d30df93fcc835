using AiCredits.Conformance;
using AiCredits.EntityFramework.Hosting;
using AiCredits.EntityFramework.Ledger;
using AiCredits.Events;
using AiCredits.Purchases;
using AiCredits.TestServers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace AiCredits.EntityFramework.Purchases;

/// <summary>The suite on a database, each store in a host of its own as in an instance of an app.</summary>
[Proves(typeof(EfPurchaseStore))]
public abstract class PurchaseStoreTests(Provider provider, PostgreSqlServer server) : PurchaseStoreConformance
{
    private readonly List<IHost> hosts = [];
    private TestDatabase? database;

    protected override IEventOutbox Outbox => hosts[0].Services.GetRequiredService<IEventOutbox>();

    protected override IPurchaseDirectory Directory => hosts[0].Services.GetRequiredService<IPurchaseDirectory>();

    protected override async ValueTask<IPurchaseStore> CreateAsync()
    {
        database = await TestDatabase.BorrowAsync(provider, server, AppTables);
        return await CreateSecondAsync();
    }

    protected override async ValueTask<IPurchaseStore> CreateSecondAsync()
    {
        var host = await StartAsync(database!, Clock);
        hosts.Add(host);
        return host.Services.GetRequiredService<IPurchaseStore>();
    }

    protected override async ValueTask CleanUpAsync()
    {
        foreach (var host in hosts)
        {
            await AppHost.DisposeAsync(host);
        }

        await database!.DisposeAsync();
    }

    /// <summary>The name of the app's context where that makes the tables.</summary>
    private protected virtual string? AppTables => null;

    private protected virtual Task<IHost> StartAsync(TestDatabase on, TimeProvider clock) => AppHost.StartAsync(on.Use, clock);
}

public sealed class SqlitePurchaseStoreTests(PostgreSqlServer server) : PurchaseStoreTests(Provider.Sqlite, server);

public sealed class PostgreSqlPurchaseStoreTests(PostgreSqlServer server) : PurchaseStoreTests(Provider.PostgreSql, server);

public sealed class AppContextPurchaseStoreTests(PostgreSqlServer server) : PurchaseStoreTests(Provider.Sqlite, server)
{
    private protected override string AppTables => nameof(NotesContext);

    private protected override Task<IHost> StartAsync(TestDatabase on, TimeProvider clock) => NotesApp.StartAsync(on, clock);
}
