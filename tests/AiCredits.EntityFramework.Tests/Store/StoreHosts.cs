using AiCredits.EntityFramework.Hosting;
using AiCredits.EntityFramework.Ledger;
using AiCredits.TestServers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace AiCredits.EntityFramework.Store;

/// <summary>Instances of an app over one database, for the suites of the smaller stores.</summary>
internal sealed class StoreHosts(Provider provider, PostgreSqlServer server, TimeProvider clock) : IAsyncDisposable
{
    private readonly List<IHost> hosts = [];
    private TestDatabase? database;

    public async ValueTask<TStore> CreateAsync<TStore>()
        where TStore : notnull
    {
        database ??= await TestDatabase.BorrowAsync(provider, server);
        var host = await AppHost.StartAsync(database.Use, clock);
        hosts.Add(host);
        return host.Services.GetRequiredService<TStore>();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var host in hosts)
        {
            await AppHost.DisposeAsync(host);
        }

        await (database?.DisposeAsync() ?? default);
    }
}
