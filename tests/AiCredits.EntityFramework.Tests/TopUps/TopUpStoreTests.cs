using AiCredits.Conformance;
using AiCredits.EntityFramework.Ledger;
using AiCredits.EntityFramework.Store;
using AiCredits.Events;
using AiCredits.TopUps;
using AiCredits.TestServers;

namespace AiCredits.EntityFramework.TopUps;

/// <summary>The suite on a database, each store in a host of its own as in an instance of an app.</summary>
[Proves(typeof(EfTopUpStore))]
public abstract class TopUpStoreTests : TopUpStoreConformance
{
    private readonly StoreHosts hosts;
    private IEventOutbox? outbox;

    private protected TopUpStoreTests(Provider provider, PostgreSqlServer server) => hosts = new(provider, server, Clock);

    protected override IEventOutbox Outbox => outbox!;

    protected override async ValueTask<ITopUpStore> CreateAsync()
    {
        outbox = await hosts.CreateAsync<IEventOutbox>();
        return await hosts.CreateAsync<ITopUpStore>();
    }

    protected override ValueTask<ITopUpStore> CreateSecondAsync() => hosts.CreateAsync<ITopUpStore>();

    protected override ValueTask CleanUpAsync() => hosts.DisposeAsync();
}

public sealed class SqliteTopUpStoreTests(PostgreSqlServer server) : TopUpStoreTests(Provider.Sqlite, server);

public sealed class PostgreSqlTopUpStoreTests(PostgreSqlServer server) : TopUpStoreTests(Provider.PostgreSql, server);
