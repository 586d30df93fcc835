using AiCredits.Conformance;
using AiCredits.EntityFramework.Ledger;
using AiCredits.EntityFramework.Store;
using AiCredits.Events;
using AiCredits.Plans;
using AiCredits.TestServers;

namespace AiCredits.EntityFramework.Plans;

/// <summary>The suite on a database, each store in a host of its own as in an instance of an app.</summary>
[Proves(typeof(EfSubscriptionStore))]
public abstract class SubscriptionStoreTests : SubscriptionStoreConformance
{
    private readonly StoreHosts hosts;
    private IEventOutbox? outbox;

    private protected SubscriptionStoreTests(Provider provider, PostgreSqlServer server) => hosts = new(provider, server, Clock);

    protected override IEventOutbox Outbox => outbox!;

    protected override async ValueTask<ISubscriptionStore> CreateAsync()
    {
        outbox = await hosts.CreateAsync<IEventOutbox>();
        return await hosts.CreateAsync<ISubscriptionStore>();
    }

    protected override ValueTask<ISubscriptionStore> CreateSecondAsync() => hosts.CreateAsync<ISubscriptionStore>();

    protected override ValueTask CleanUpAsync() => hosts.DisposeAsync();
}

public sealed class SqliteSubscriptionStoreTests(PostgreSqlServer server) : SubscriptionStoreTests(Provider.Sqlite, server);

public sealed class PostgreSqlSubscriptionStoreTests(PostgreSqlServer server) : SubscriptionStoreTests(Provider.PostgreSql, server);
