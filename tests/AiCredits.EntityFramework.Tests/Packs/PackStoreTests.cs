using AiCredits.Conformance;
using AiCredits.EntityFramework.Hosting;
using AiCredits.EntityFramework.Ledger;
using AiCredits.Packs;
using AiCredits.TestServers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace AiCredits.EntityFramework.Packs;

/// <summary>The suite on a database.</summary>
[Proves(typeof(EfPackStore))]
public abstract class PackStoreTests(Provider provider, PostgreSqlServer server) : PackStoreConformance
{
    private TestDatabase? database;
    private IHost? host;

    protected override async ValueTask<IPackStore> CreateAsync()
    {
        database = await TestDatabase.BorrowAsync(provider, server);
        host = await AppHost.StartAsync(database.Use, Clock);
        return host.Services.GetRequiredService<IPackStore>();
    }

    protected override async ValueTask CleanUpAsync()
    {
        await AppHost.DisposeAsync(host!);
        await database!.DisposeAsync();
    }
}

public sealed class SqlitePackStoreTests(PostgreSqlServer server) : PackStoreTests(Provider.Sqlite, server);

public sealed class PostgreSqlPackStoreTests(PostgreSqlServer server) : PackStoreTests(Provider.PostgreSql, server);
