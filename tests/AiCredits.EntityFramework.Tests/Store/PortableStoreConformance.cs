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

    private protected override async Task<IHost> StartAsync(TestDatabase on, TimeProvider clock)
    {
        var app = AppHost.Build(builder => builder.UseEntityFramework<NotesContext>(), clock, builder =>
        {
            builder.Services.AddDbContext<NotesContext>(on.Configure);
        });
        await using (var scope = app.Services.CreateAsyncScope())
        {
            await scope.ServiceProvider.GetRequiredService<NotesContext>().Database.EnsureCreatedAsync(Cancel);
        }

        await AppHost.DisposeAsync(app);
        return await AppHost.StartAsync(
            builder =>
            {
                builder.UseEntityFramework<NotesContext>();
                builder.Services.Replace(ServiceDescriptor.Singleton(services => new LedgerWriter(
                    new PortableBatchExecutor(services.GetRequiredService<CreditsDatabase>(), () => LedgerRules.None),
                    new LedgerWriterOptions(),
                    clock,
                    NullLogger<LedgerWriter>.Instance)));
            },
            clock,
            builder => builder.Services.AddDbContext<NotesContext>(on.Configure));
    }
}

public sealed class PortableSqliteStoreConformance(PostgreSqlServer server) : PortableStoreConformance(Provider.Sqlite, server);

public sealed class PortablePostgreSqlStoreConformance(PostgreSqlServer server) : PortableStoreConformance(Provider.PostgreSql, server);
