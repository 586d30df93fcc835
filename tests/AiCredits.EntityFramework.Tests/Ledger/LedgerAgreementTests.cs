using AiCredits.EntityFramework.Schema;
using AiCredits.Ledger;
using AiCredits.TestServers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace AiCredits.EntityFramework.Ledger;

/// <summary>
/// The same stream of random commands through a durable store in batches and through memory one by one: the same answers, the
/// same history.
/// </summary>
public sealed class LedgerAgreementTests(PostgreSqlServer server)
{
    private static readonly AccountId[] Accounts = [new("alice"), new("bob"), new("carol")];

    private interface IExecute
    {
        ValueTask<TResult> ExecuteAsync<TResult>(LedgerCommand<TResult> command)
            where TResult : LedgerResult;
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(Provider.Sqlite, 1)]
    [InlineData(Provider.Sqlite, 2)]
    [InlineData(Provider.Sqlite, 3)]
    [InlineData(Provider.Sqlite, 4)]
    [InlineData(Provider.PostgreSql, 5)]
    [InlineData(Provider.PostgreSql, 6)]
    [InlineData(Provider.PgBouncer, 7)]
    public async Task Batches_decide_what_single_commands_decide(Provider provider, int seed)
    {
        // PostgreSQL has a clock of its own, so there nothing may end during the test, and times and hashes differ.
        var isTimeShared = provider == Provider.Sqlite;
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var database = await LedgerDatabase.CreateAsync(provider, server, clock);
        database.Rules = new LedgerRules(new AiCreditsOptions().LowBalance);
        var collection = new ServiceCollection();
        collection.AddSingleton<TimeProvider>(clock);
        collection.AddLogging();
        collection.AddAiCreditsCore();
        await using var services = collection.BuildServiceProvider();
        var memory = services.GetRequiredService<ICreditStore>();
        var durable = new OnWriter(database.NewWriter());
        var stream = new CommandStream(seed);
        var kinds = new HashSet<string>();

        for (var round = 0; round < 100; round++)
        {
            clock.Advance(TimeSpan.FromSeconds(stream.Next(0, 10)));
            DateTime? now = isTimeShared ? clock.GetUtcNow().UtcDateTime : null;
            var commands = Enumerable.Range(0, stream.Next(1, 30)).Select(_ => stream.NextCommand(Accounts[stream.Next(0, Accounts.Length)], now)).ToArray();

            var answers = await Task.WhenAll(commands.Select(command => RunAsync(durable, command)));

            for (var index = 0; index < commands.Length; index++)
            {
                var expected = await RunAsync(new OnStore(memory), commands[index]);
                Describe(answers[index], isTimeShared).ShouldBe(Describe(expected, isTimeShared), $"round {round}, {commands[index]}");
                kinds.Add(answers[index].GetType().FullName! + answers[index].Replayed);
            }
        }

        foreach (var account in Accounts)
        {
            var written = await database.EntriesOfAsync(account);
            var known = new List<Entry>();
            while (await memory.GetEntriesAsync(new EntryQuery(account) { Limit = 1_000, Before = known.Count == 0 ? null : known[^1].Sequence }, Cancel) is { Count: > 0 } page)
            {
                known.AddRange(page);
            }

            written.Count.ShouldBe(known.Count);
            written.Count.ShouldBeGreaterThan(100);
            if (isTimeShared)
            {
                written[^1].Hash.ToArray().ShouldBe(known[0].Hash.ToArray());
                (await database.StateOfAsync(account)).ChainHead.ToArray().ShouldBe(known[0].Hash.ToArray());
            }
        }

        // The stream met nearly every answer that there is.
        kinds.Count.ShouldBeGreaterThan(20);
        await database.ProveAsync();
        await using var context = database.NewContext();
        context.Set<HoldRow>().Count().ShouldBePositive();
    }

    private static async Task<LedgerResult> RunAsync(IExecute store, LedgerCommand command) => command switch
    {
        HoldCommand hold => await store.ExecuteAsync(hold),
        CaptureCommand capture => await store.ExecuteAsync(capture),
        ReleaseCommand release => await store.ExecuteAsync(release),
        GrantCommand grant => await store.ExecuteAsync(grant),
        RevokeCommand revoke => await store.ExecuteAsync(revoke),
        RefundCommand refund => await store.ExecuteAsync(refund),
        RenewCommand renew => await store.ExecuteAsync(renew),
        FreezeCommand freeze => await store.ExecuteAsync(freeze),
        TouchCommand touch => await store.ExecuteAsync(touch),
        _ => throw new ArgumentException(command.ToString()),
    };

    private static string Describe(LedgerResult result, bool withTimes) => (result, withTimes) switch
    {
        (TouchResult touch, true) => $"{touch.State with { ChainHead = default }} {Convert.ToHexString(touch.State.ChainHead.Span)}",
        (TouchResult touch, false) => (touch.State with { ChainHead = default, LastAt = default, NextDue = null }).ToString(),
        (HoldResult.Held held, false) => (held with { ExpiresAt = default, Finished = held.Finished is null ? null : held.Finished with { StartedAt = default, EndedAt = null } }).ToString(),
        (RenewResult.Renewed renewed, false) => (renewed with { ExpiresAt = default }).ToString(),
        _ => result.ToString(),
    };

    private sealed class OnWriter(LedgerWriter writer) : IExecute
    {
        public ValueTask<TResult> ExecuteAsync<TResult>(LedgerCommand<TResult> command)
            where TResult : LedgerResult => writer.ExecuteAsync(command, Cancel);
    }

    private sealed class OnStore(ICreditStore store) : IExecute
    {
        public ValueTask<TResult> ExecuteAsync<TResult>(LedgerCommand<TResult> command)
            where TResult : LedgerResult => store.ExecuteAsync(command, Cancel);
    }
}
