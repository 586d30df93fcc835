using System.Data.Common;
using AiCredits.EntityFramework.Hosting;
using AiCredits.EntityFramework.Ledger;
using AiCredits.Guests;
using AiCredits.Ledger;
using AiCredits.TestServers;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;

namespace AiCredits.EntityFramework.Guests;

/// <summary>What happens between two statements of a guest's transaction.</summary>
public sealed class GuestLockTests(PostgreSqlServer server)
{
    private static readonly GuestWindowRule Rule = new(GuestWindowKind.FromFirstUse, TimeSpan.FromDays(1));

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_window_that_was_added_after_the_lock_was_tried_is_not_taken_for_locked()
    {
        await using var database = await TestDatabase.CreateAsync(Provider.PostgreSql, server);
        await NotesApp.CreateTablesAsync(database);
        var other = new AddWindowMeanwhile(database);
        var options = new DbContextOptionsBuilder<NotesContext>();
        database.Configure(options);
        options.AddInterceptors(other);
        await using var context = new NotesContext(options.Options);
        await using var transaction = await context.Database.BeginTransactionAsync(Cancel);

        var windows = await GuestWindows.LockAsync(context, Guest(), Cancel);

        other.Added.ShouldBeTrue();
        windows.IsComplete.ShouldBeFalse();
        (await GuestWindows.LockAsync(context, Guest(), Cancel)).IsComplete.ShouldBeTrue();
    }

    [Theory]
    [InlineData(Provider.Sqlite)]
    [InlineData(Provider.PostgreSql)]
    public async Task Holds_and_the_clean_up_never_wait_for_each_other_in_a_ring(Provider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider, server);
        var hosts = new[] { await AppHost.StartAsync(database.Use), await AppHost.StartAsync(database.Use) };
        var limiters = hosts.Select(host => host.Services.GetRequiredService<IGuestLimiter>()).ToArray();
        var rule = Rule with { Length = TimeSpan.FromSeconds(1) };
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var cleaning = Task.WhenAll(limiters.Select(limiter => Task.Run(async () =>
        {
            var removed = 0;
            while (!stop.IsCancellationRequested)
            {
                removed += await limiter.CleanUpAsync(rule, 100, Cancel);
            }

            return removed;
        })));

        await Parallel.ForEachAsync(Enumerable.Range(0, 100), new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = Cancel }, async (index, token) =>
        {
            var subjects = Enumerable.Range(0, 3).Select(offset => new GuestSubject($"network:{(index + (offset * 7)) % 10}", 1_000));
            var guest = new GuestIdentity($"guest-{index}", [.. index % 2 == 0 ? subjects : subjects.Reverse()]);
            var id = Guid.CreateVersion7();
            var held = await limiters[index % 2].HoldAsync(new GuestHoldRequest(guest, id, rule, TimeSpan.FromSeconds(30), new GenerationStart { Model = "flux-dev" }), token);
            held.ShouldBeOfType<GuestHoldResult.Held>();
            await limiters[(index + 1) % 2].SettleAsync(new GuestSettleRequest(guest, id, index % 3 == 0, rule, new GenerationEnd { Outcome = GenerationOutcome.Succeeded }), token);
        });
        await stop.CancelAsync();

        (await cleaning).Sum().ShouldBeGreaterThan(0);
        foreach (var host in hosts)
        {
            await AppHost.DisposeAsync(host);
        }

        (await database.ScalarAsync<int>("select count(*) as \"Value\" from ai_credits_guest_generation where ended_at is not null")).ShouldBe(100);
    }

    private static GuestIdentity Guest() => new("guest", [new GuestSubject("cookie:guest", 1)]);

    private sealed class AddWindowMeanwhile(TestDatabase database) : DbCommandInterceptor
    {
        public bool Added { get; private set; }

        public override async ValueTask<int> NonQueryExecutedAsync(DbCommand command, CommandExecutedEventData eventData, int result, CancellationToken cancellationToken = default)
        {
            if (!Added && command.CommandText.Contains("UPDATE ai_credits_guest_window", StringComparison.Ordinal))
            {
                Added = true;
                await database.RunAsync("insert into ai_credits_guest_window (subject) values ('cookie:guest')");
            }

            return result;
        }
    }
}
