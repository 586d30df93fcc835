using AiCredits.Conformance;
using AiCredits.EntityFramework.Ledger;
using AiCredits.EntityFramework.Store;
using AiCredits.Referrals;
using AiCredits.TestServers;

namespace AiCredits.EntityFramework.Referrals;

/// <summary>The suite on a database, each store in a host of its own as in an instance of an app.</summary>
[Proves(typeof(EfReferralStore))]
public abstract class ReferralStoreTests : ReferralStoreConformance
{
    private readonly StoreHosts hosts;

    private protected ReferralStoreTests(Provider provider, PostgreSqlServer server) => hosts = new(provider, server, Clock);

    protected override ValueTask<IReferralStore> CreateAsync() => hosts.CreateAsync<IReferralStore>();

    protected override ValueTask<IReferralStore> CreateSecondAsync() => hosts.CreateAsync<IReferralStore>();

    protected override ValueTask CleanUpAsync() => hosts.DisposeAsync();
}

public sealed class SqliteReferralStoreTests(PostgreSqlServer server) : ReferralStoreTests(Provider.Sqlite, server);

public sealed class PostgreSqlReferralStoreTests(PostgreSqlServer server) : ReferralStoreTests(Provider.PostgreSql, server);
