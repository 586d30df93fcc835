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
    private readonly List<NpgsqlDataSource> dataSources = [];

    private protected override bool HasOwnTables => true;

    private protected override async Task<IHost> StartAsync(TestDatabase on, TimeProvider clock)
    {
        var dataSource = NpgsqlDataSource.Create(on.ConnectionString);
        dataSources.Add(dataSource);
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

    protected override async ValueTask CleanUpAsync()
    {
        foreach (var dataSource in dataSources)
        {
            await dataSource.DisposeAsync();
        }

        await base.CleanUpAsync();
    }

    private sealed class BillingContext(DbContextOptions<BillingContext> options) : DbContext(options)
    {
        protected override void OnModelCreating(ModelBuilder modelBuilder) => modelBuilder.HasDefaultSchema("Billing").AddAiCredits();
    }
}
