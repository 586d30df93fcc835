using AiCredits.Conformance;
using AiCredits.EntityFramework.Ledger;
using AiCredits.EntityFramework.Store;
using AiCredits.Promotions;
using AiCredits.TestServers;

namespace AiCredits.EntityFramework.Promotions;

/// <summary>The suite on a database, each store in a host of its own as in an instance of an app.</summary>
[Proves(typeof(EfPromoCodeStore))]
public abstract class PromoCodeStoreTests : PromoCodeStoreConformance
{
    private readonly StoreHosts hosts;

    private protected PromoCodeStoreTests(Provider provider, PostgreSqlServer server) => hosts = new(provider, server, Clock);

    protected override ValueTask<IPromoCodeStore> CreateAsync() => hosts.CreateAsync<IPromoCodeStore>();

    protected override ValueTask<IPromoCodeStore> CreateSecondAsync() => hosts.CreateAsync<IPromoCodeStore>();

    protected override ValueTask CleanUpAsync() => hosts.DisposeAsync();
}

public sealed class SqlitePromoCodeStoreTests(PostgreSqlServer server) : PromoCodeStoreTests(Provider.Sqlite, server);

public sealed class PostgreSqlPromoCodeStoreTests(PostgreSqlServer server) : PromoCodeStoreTests(Provider.PostgreSql, server);
