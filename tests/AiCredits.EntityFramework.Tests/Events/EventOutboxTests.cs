using AiCredits.EntityFramework.Hosting;
using AiCredits.EntityFramework.Ledger;
using AiCredits.Events;
using AiCredits.Ledger;
using AiCredits.TestServers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;

namespace AiCredits.EntityFramework.Events;

/// <summary>Events wait in the database until one instance has told them.</summary>
public sealed class EventOutboxTests(PostgreSqlServer server)
{
    private static readonly AccountId Alice = new("alice");
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(2);

    private readonly FakeTimeProvider clock = new(new DateTimeOffset(2026, 11, 1, 12, 0, 0, TimeSpan.Zero));

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(Provider.Sqlite)]
    [InlineData(Provider.PostgreSql)]
    [InlineData(Provider.PgBouncer)]
    public async Task An_event_is_leased_to_one_instance_and_is_gone_once_it_was_told(Provider provider)
    {
        await using var database = await TestDatabase.BorrowAsync(provider, server, clocked: true);
        var databaseClock = await DatabaseClock.CreateAsync(database);
        IHost[] hosts = [await AppHost.StartAsync(database.Use, clock), await AppHost.StartAsync(database.Use, clock)];
        IEventOutbox[] outboxes = [.. hosts.Select(host => host.Services.GetRequiredService<IEventOutbox>())];
        var store = hosts[0].Services.GetRequiredService<ICreditStore>();
        for (var index = 0; index < 20; index++)
        {
            await store.ExecuteAsync(Commands.Grant(Alice, 100), Cancel);
        }

        var leased = (await Task.WhenAll(Enumerable.Range(0, 8).Select(index => Task.Run(async () => await outboxes[index % 2].LeaseAsync(10, Lease, Cancel), Cancel))))
            .SelectMany(events => events).ToList();
        leased.AddRange(await outboxes[0].LeaseAsync(100, Lease, Cancel));
        var granted = leased.Where(one => one.Event is CreditEvent.CreditsGranted).ToList();

        granted.Count.ShouldBe(20);
        leased.Select(one => one.Event.Id).ShouldBeUnique();
        granted.ShouldAllBe(one => one.Attempts == 0 && ((CreditEvent.CreditsGranted)one.Event).Amount == 100);
        (await outboxes[1].LeaseAsync(100, Lease, Cancel)).ShouldBeEmpty();

        foreach (var told in leased.Skip(2))
        {
            await outboxes[1].CompleteAsync(told, Cancel);
        }

        await outboxes[0].PostponeAsync(leased[0], TimeSpan.FromHours(1), Cancel);
        await PassAsync(Lease);
        (await outboxes[0].LeaseAsync(100, Lease, Cancel)).ShouldHaveSingleItem().Event.ShouldBe(leased[1].Event);
        await PassAsync(TimeSpan.FromHours(1));
        var again = await outboxes[1].LeaseAsync(100, Lease, Cancel);
        again.Select(one => (one.Event.Id, one.Attempts)).ShouldBe([(leased[0].Event.Id, 1), (leased[1].Event.Id, 0)], ignoreOrder: true);
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

    [Fact]
    public async Task An_event_of_a_newer_version_holds_up_no_other()
    {
        await using var database = await TestDatabase.CreateAsync(Provider.Sqlite, server);
        var host = await AppHost.StartAsync(database.Use, clock);
        var outbox = host.Services.GetRequiredService<IEventOutbox>();
        await database.RunAsync("insert into ai_credits_event (account_id, seq, name, due_at, attempts, body) values ('alice', 1, 'credits_cloned', 0, 0, '{{}}')");
        await host.Services.GetRequiredService<ICreditStore>().ExecuteAsync(Commands.Grant(Alice, 100), Cancel);

        var leased = await outbox.LeaseAsync(100, Lease, Cancel);

        leased.Select(one => one.Event.Name).ShouldContain("credits_granted");
        leased.Select(one => one.Event.Name).ShouldNotContain("credits_cloned");
        await AppHost.DisposeAsync(host);
        (await database.ScalarAsync<int>("select count(*) as \"Value\" from ai_credits_event where name = 'credits_cloned'")).ShouldBe(1);
    }
}
