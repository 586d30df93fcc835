using System.Collections.Concurrent;
using AiCredits.EntityFramework.Hosting;
using AiCredits.EntityFramework.Ledger;
using AiCredits.TestServers;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;

namespace AiCredits.EntityFramework.Store;

/// <summary>The suite in a context as apps have it: in a schema of its own, on a data source, with retries, and pooled.</summary>
public sealed class AppContextStoreConformance(PostgreSqlServer server) : StoreConformance(Provider.PostgreSql, server)
{
    // One for each database that goes from test to test: a new one would ask the server for its types and open sessions first.
    private static readonly ConcurrentDictionary<string, NpgsqlDataSource> DataSources = new(StringComparer.Ordinal);

    private protected override string AppTables => nameof(BillingContext);

    private protected override async Task<IHost> StartAsync(TestDatabase on, TimeProvider clock)
    {
        var dataSource = DataSources.GetOrAdd(on.ConnectionString, NpgsqlDataSource.Create);
        var options = new DbContextOptionsBuilder<BillingContext>();
        Configure(options);
        await using (var context = new BillingContext(options.Options))
        {
            await context.Database.EnsureCreatedAsync(Cancel);
        }

        return await AppHost.StartAsync(
            builder => builder.UseEntityFramework<BillingContext>(),
            clock,
            builder => builder.Services.AddDbContextPool<BillingContext>(Configure));

        void Configure(DbContextOptionsBuilder builder) => builder.UseNpgsql(dataSource, npgsql => npgsql.EnableRetryOnFailure());
    }

    private sealed class BillingContext(DbContextOptions<BillingContext> options) : DbContext(options)
    {
        protected override void OnModelCreating(ModelBuilder modelBuilder) => modelBuilder.HasDefaultSchema("Billing").AddAiCredits();
    }
}
