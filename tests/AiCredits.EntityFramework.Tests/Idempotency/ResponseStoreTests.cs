using System.Text;
using AiCredits.EntityFramework.Hosting;
using AiCredits.EntityFramework.Ledger;
using AiCredits.Idempotency;
using AiCredits.TestServers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;

namespace AiCredits.EntityFramework.Idempotency;

/// <summary>Answers under idempotency keys, shared by all instances.</summary>
public sealed class ResponseStoreTests(PostgreSqlServer server)
{
    private static readonly AccountId Alice = new("alice");
    private static readonly AccountId Bob = new("bob");
    private static readonly byte[] Request = [.. Enumerable.Repeat((byte)1, 32)];
    private static readonly byte[] OtherRequest = [.. Enumerable.Repeat((byte)2, 32)];
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(10);

    private readonly FakeTimeProvider clock = new(new DateTimeOffset(2026, 11, 1, 12, 0, 0, TimeSpan.Zero));

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(Provider.Sqlite)]
    [InlineData(Provider.PostgreSql)]
    [InlineData(Provider.PgBouncer)]
    public async Task A_key_runs_once_and_answers_alike_until_its_time_is_over(Provider provider)
    {
        await using var database = await TestDatabase.BorrowAsync(provider, server, clocked: true);
        var databaseClock = await DatabaseClock.CreateAsync(database);
        IHost[] hosts = [await AppHost.StartAsync(database.Use, clock), await AppHost.StartAsync(database.Use, clock)];
        IResponseStore[] stores = [.. hosts.Select(host => host.Services.GetRequiredService<IResponseStore>())];
        var response = new StoredResponse(201, [KeyValuePair.Create("Content-Type", "application/json"), KeyValuePair.Create("X", "\"ä\"")], Encoding.UTF8.GetBytes("{\"ä\":1}"));

        var claims = await Task.WhenAll(Enumerable.Range(0, 20).Select(index => Task.Run(async () => await stores[index % 2].ClaimAsync(Alice, "key", Request, Lease, Cancel), Cancel)));
        claims.OfType<ResponseClaim.First>().ShouldHaveSingleItem();
        claims.OfType<ResponseClaim.Running>().Count().ShouldBe(19);
        (await stores[0].ClaimAsync(Alice, "key", OtherRequest, Lease, Cancel)).ShouldBeOfType<ResponseClaim.Conflict>();
        (await stores[0].ClaimAsync(Bob, "key", OtherRequest, Lease, Cancel)).ShouldBeOfType<ResponseClaim.First>();

        await stores[0].CompleteAsync(Alice, "key", response, TimeSpan.FromHours(24), Cancel);
        var answered = (await stores[1].ClaimAsync(Alice, "key", Request, Lease, Cancel)).ShouldBeOfType<ResponseClaim.Answered>().Response;
        answered.Status.ShouldBe(201);
        answered.Headers.ShouldBe(response.Headers);
        answered.Body!.Value.ToArray().ShouldBe(response.Body!.Value.ToArray());
        (await stores[1].ClaimAsync(Alice, "key", OtherRequest, Lease, Cancel)).ShouldBeOfType<ResponseClaim.Conflict>();

        await stores[1].CompleteAsync(Bob, "key", new StoredResponse(204, [], null), TimeSpan.FromHours(48), Cancel);
        (await stores[0].ClaimAsync(Bob, "key", OtherRequest, Lease, Cancel)).ShouldBeOfType<ResponseClaim.Answered>().Response.Body.ShouldBeNull();
        (await stores[0].CleanUpAsync(100, Cancel)).ShouldBe(0);

        await PassAsync(TimeSpan.FromHours(24));
        (await stores[1].ClaimAsync(Alice, "key", OtherRequest, Lease, Cancel)).ShouldBeOfType<ResponseClaim.First>();
        (await stores[1].ClaimAsync(Alice, "key", OtherRequest, Lease, Cancel)).ShouldBeOfType<ResponseClaim.Running>();
        await PassAsync(TimeSpan.FromHours(24));
        (await stores[0].CleanUpAsync(1, Cancel)).ShouldBe(1);
        (await stores[0].CleanUpAsync(100, Cancel)).ShouldBe(1);
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

    [Theory]
    [InlineData(Provider.Sqlite)]
    [InlineData(Provider.PostgreSql)]
    public async Task A_key_that_was_given_up_or_whose_process_died_is_free_again_for_one(Provider provider)
    {
        await using var database = await TestDatabase.BorrowAsync(provider, server, clocked: true);
        var databaseClock = await DatabaseClock.CreateAsync(database);
        var host = await AppHost.StartAsync(database.Use, clock);
        var store = host.Services.GetRequiredService<IResponseStore>();
        await store.ClaimAsync(Alice, "given up", Request, Lease, Cancel);
        await store.ClaimAsync(Alice, "died", Request, Lease, Cancel);

        await store.AbandonAsync(Alice, "given up", Cancel);
        clock.Advance(Lease);
        await (databaseClock?.PassAsync(Lease) ?? Task.CompletedTask);

        foreach (var key in new[] { "given up", "died" })
        {
            var claims = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Task.Run(async () => await store.ClaimAsync(Alice, key, Request, Lease, Cancel), Cancel)));
            claims.OfType<ResponseClaim.First>().ShouldHaveSingleItem(key);
        }

        await AppHost.DisposeAsync(host);
    }
}
