using AiCredits.EntityFramework.Hosting;
using AiCredits.EntityFramework.Ledger;
using AiCredits.TestServers;
using AiCredits.Webhooks;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;

namespace AiCredits.EntityFramework.Events;

/// <summary>Deliveries wait in the database, each for its own endpoint, until one instance has made them.</summary>
public sealed class WebhookOutboxTests(PostgreSqlServer server)
{
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(2);

    private readonly FakeTimeProvider clock = new(DateTimeOffset.UtcNow.AddMinutes(-1));

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(Provider.Sqlite)]
    [InlineData(Provider.PostgreSql)]
    public async Task A_delivery_is_added_once_leased_to_one_instance_and_gone_once_it_was_made(Provider provider)
    {
        await using var database = await TestDatabase.BorrowAsync(provider, server, clocked: true);
        var databaseClock = await DatabaseClock.CreateAsync(database);
        IHost[] hosts = [await AppHost.StartAsync(database.Use, clock), await AppHost.StartAsync(database.Use, clock)];
        IWebhookOutbox[] outboxes = [.. hosts.Select(host => host.Services.GetRequiredService<IWebhookOutbox>())];
        WebhookDelivery[] deliveries = [.. Enumerable.Range(1, 20).Select(number => new WebhookDelivery(new AccountId("alice"), number, "credits_granted", number % 2 == 0 ? "crm" : "bi", UtcMicroseconds.Now(clock), 0, $"body {number}"))];

        // Two instances tell the same events.
        await Task.WhenAll(outboxes.Select(outbox => outbox.AddAsync(deliveries, Cancel).AsTask()));
        var leased = (await Task.WhenAll(Enumerable.Range(0, 6).Select(index => Task.Run(async () => await outboxes[index % 2].LeaseAsync("crm", 5, Lease, Cancel), Cancel)))).SelectMany(found => found).ToList();
        leased.AddRange(await outboxes[0].LeaseAsync("crm", 100, Lease, Cancel));

        leased.Select(delivery => delivery.Body).Order(StringComparer.Ordinal).ShouldBe(deliveries.Where(delivery => delivery.Endpoint == "crm").Select(delivery => delivery.Body).Order(StringComparer.Ordinal));
        (await outboxes[1].LeaseAsync("bi", 100, Lease, Cancel)).Count.ShouldBe(10);

        foreach (var made in leased.Skip(2))
        {
            await outboxes[1].CompleteAsync(made, Cancel);
        }

        await outboxes[0].PostponeAsync(leased[0], TimeSpan.FromHours(1), Cancel);
        await PassAsync(Lease);
        (await outboxes[0].LeaseAsync("crm", 100, Lease, Cancel)).ShouldBe([leased[1]]);
        await PassAsync(TimeSpan.FromHours(1));
        (await outboxes[1].LeaseAsync("crm", 100, Lease, Cancel)).ShouldBe([leased[0] with { Attempts = 1 }, leased[1]], ignoreOrder: true);
        foreach (var host in hosts)
        {
            await AppHost.DisposeAsync(host);
        }

        async Task PassAsync(TimeSpan time)
        {
            clock.Advance(time);
            await (databaseClock?.PassAsync(time) ?? Task.CompletedTask);
        }
    }
}
