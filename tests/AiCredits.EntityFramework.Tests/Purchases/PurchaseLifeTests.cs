using AiCredits.Conformance.Purchases;
using AiCredits.EntityFramework.Hosting;
using AiCredits.EntityFramework.Ledger;
using AiCredits.TestServers;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;

namespace AiCredits.EntityFramework.Purchases;

public sealed class PurchaseLifeTests(PostgreSqlServer server)
{
    [Theory]
    [InlineData(Provider.Sqlite, 40)]
    [InlineData(Provider.PostgreSql, 20)]
    public async Task Lives_end_as_their_payments_imply_on_databases(Provider provider, int count)
    {
        await using var database = await TestDatabase.BorrowAsync(provider, server);
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        IHost? host = null;
        var lives = await PurchaseLives.StartAsync(clock, async around =>
        {
            host = await AppHost.StartAsync(
                builder =>
                {
                    database.Use(builder);
                    around(builder.Services);
                },
                clock);
            return host.Services;
        });

        for (var seed = 1; seed <= count; seed++)
        {
            await lives.LiveAsync(seed);
        }

        await lives.ProveAsync();
        lives.Deaths.ShouldBePositive();
        await AppHost.DisposeAsync(host!);
    }
}
