using AiCredits.EntityFramework.Ledger;
using AiCredits.Events;
using AiCredits.Guests;
using AiCredits.Idempotency;
using AiCredits.Integrity;
using AiCredits.Ledger;
using AiCredits.TestServers;
using Microsoft.Extensions.DependencyInjection;

namespace AiCredits.EntityFramework.Hosting;

/// <summary>A database that is gone is an outage for every service, and nothing else; when it is back, they are too.</summary>
public sealed class OutageTests
{
    private static readonly AccountId Alice = new("alice");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task While_the_server_is_gone_everything_says_so_and_afterwards_works_again()
    {
        await using var server = new PostgreSqlServer();
        await server.InitializeAsync();
        await using var database = await TestDatabase.CreateAsync(Provider.PostgreSql, server);
        var host = await AppHost.StartAsync(database.Use);
        var store = host.Services.GetRequiredService<ICreditStore>();
        var guests = host.Services.GetRequiredService<IGuestLimiter>();
        var outbox = host.Services.GetRequiredService<IEventOutbox>();
        var responses = host.Services.GetRequiredService<IResponseStore>();
        var archive = host.Services.GetRequiredService<ILedgerArchive>();
        var rule = new GuestWindowRule(GuestWindowKind.FromFirstUse, TimeSpan.FromDays(1));
        var guest = new GuestIdentity("guest", [new GuestSubject("cookie:guest", 3)]);
        Func<Task>[] calls =
        [
            async () => await store.ExecuteAsync(Commands.Grant(Alice, 1), Cancel),
            async () => await store.GetAccountAsync(Alice, Cancel),
            async () => await store.GetEntriesAsync(new EntryQuery(Alice), Cancel),
            async () => await store.GetGenerationsAsync(new GenerationQuery(Alice), Cancel),
            async () => await store.FindGenerationAsync(Alice, Guid.CreateVersion7(), Cancel),
            async () => await store.SettleDueAsync(10, Cancel),
            async () => await store.ForgetPromptsAsync(10, Cancel),
            async () => await store.CheckAsync(Cancel),
            async () => await guests.HoldAsync(new GuestHoldRequest(guest, Guid.CreateVersion7(), rule, TimeSpan.FromMinutes(1), new GenerationStart { Model = "flux-dev" }), Cancel),
            async () => await guests.GetUsageAsync(guest, rule, Cancel),
            async () => await guests.ClaimAsync("guest", Alice, Cancel),
            async () => await guests.GetHashKeyAsync(Cancel),
            async () => await guests.CleanUpAsync(rule, 10, Cancel),
            async () => await outbox.LeaseAsync(10, TimeSpan.FromMinutes(1), Cancel),
            async () => await responses.ClaimAsync(Alice, Guid.CreateVersion7().ToString(), new byte[32], TimeSpan.FromMinutes(1), Cancel),
            async () => await archive.GetAccountsAsync(null, null, 10, Cancel),
            async () => await archive.ReadAsync(Alice, read => new ValueTask<long>(read.State.Sequence), Cancel),
        ];

        await server.KillAsync();
        foreach (var call in calls)
        {
            await Should.ThrowAsync<LedgerUnavailableException>(call);
        }

        await server.StartAsync();
        foreach (var call in calls)
        {
            await call();
        }

        await AppHost.DisposeAsync(host);
    }
}
