using AiCredits.Conformance;
using AiCredits.EntityFramework.Hosting;
using AiCredits.EntityFramework.Ledger;
using AiCredits.Ledger;
using AiCredits.TestServers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;

namespace AiCredits.EntityFramework.Store;

/// <summary>The suite on the path for every other provider, which is the app's own context and nothing but LINQ.</summary>
[Proves(typeof(PortableBatchExecutor))]
public abstract class PortableStoreConformance(Provider provider, PostgreSqlServer server) : StoreConformance(provider, server)
{
    protected override int StreamLength => 500;

    private protected override string AppTables => nameof(NotesContext);

    private protected override Task<IHost> StartAsync(TestDatabase on, TimeProvider clock) => NotesApp.StartAsync(
        on,
        clock,
        more: services => services.Replace(ServiceDescriptor.Singleton(provider => new LedgerWriter(
            new PortableBatchExecutor(provider.GetRequiredService<CreditsDatabase>(), () => LedgerRules.None),
            new LedgerWriterOptions(),
            clock,
            NullLogger<LedgerWriter>.Instance))));
}

public sealed class PortableSqliteStoreConformance(PostgreSqlServer server) : PortableStoreConformance(Provider.Sqlite, server);

public sealed class PortablePostgreSqlStoreConformance(PostgreSqlServer server) : PortableStoreConformance(Provider.PostgreSql, server);
