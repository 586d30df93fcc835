using AiCredits.EntityFramework.Ledger;
using AiCredits.Ledger;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace AiCredits.Reliability.Scenarios;

internal sealed class CutScenario : Scenario
{
    // A prime, so that its multiples meet every byte.
    private const long Stride = 7_919;

    private static readonly AccountId Account = new("alice");
    private static readonly Credits Amount = Credits.FromMillionths(1);

    public override string Name => "cuts";

    public override string What => "the connection cut after every byte of an exchange with PostgreSQL, to the server and back, of a batch that loads first and of a lone hold at once: every command is in the history once";

    public override string NaiveShape => "a caller that tries again with a new id";

    public override int Weight => 6;

    public override async Task RunAsync(Run run)
    {
        await using var server = await Servers.StartAsync();
        var next = -1L;
        run.GoesOn(0, slice: 1);
        await Task.WhenAll(Enumerable.Range(0, run.IsSlice ? 2 : 6).Select(async _ =>
        {
            await using var bench = await Bench.StartAsync(server, attempts: 8);
            var loading = await bench.MeasureAsync(atOnce: false);
            var remembering = await bench.MeasureAsync(atOnce: true);
            run.Peak("bytes in one exchange", loading.ToServer + loading.ToClient);
            run.Peak("bytes in one at once", remembering.ToServer + remembering.ToClient);
            var commands = 2;
            for (var turn = Interlocked.Increment(ref next); run.GoesOn(turn + 1, slice: 61); turn = Interlocked.Increment(ref next))
            {
                var atOnce = turn % 2 == 1;
                var (toServer, toClient) = atOnce ? remembering : loading;

                // All over the exchange from the start, and every byte of it once in as many turns as it has bytes.
                var cut = (run.Seed + (turn / 2 * Stride)) % (toServer + toClient);
                bench.Proxy.CutAfter(cut < toServer ? cut : cut - toServer, toServer: cut < toServer);
                var id = Guid.CreateVersion7();
                var result = await bench.Writer.ExecuteAsync(Hold(id, atOnce));
                if (result is not HoldResult.Held held || held.HoldId != id)
                {
                    run.Fail($"Cut at byte {cut}: {result}");
                }

                run.Count("cuts", bench.Proxy.HasCut ? 1 : 0);
                commands++;
                if (commands % 200 == 0)
                {
                    await bench.ExpectAsync(run, commands);
                }
            }

            await bench.ExpectAsync(run, commands);
            await bench.Database.ProveAsync();
        }));
    }

    public override async Task<string?> BreakNaiveShapeAsync(Run run)
    {
        await using var server = await Servers.StartAsync();
        await using var bench = await Bench.StartAsync(server, attempts: 1);
        var (_, toClient) = await bench.MeasureAsync(atOnce: true);
        var acknowledged = 1;
        foreach (var cut in Enumerable.Range(1, 20).Select(step => toClient - (step * 5)).Where(cut => cut > 0))
        {
            bench.Proxy.CutAfter(cut, toServer: false);
            while (!await TryAsync(bench.Writer))
            {
                // A new id each time: what was written before the cut is written again.
            }

            acknowledged++;
        }

        var written = await bench.HoldsAsync();
        return written > acknowledged ? $"{written - acknowledged} of {acknowledged} doubled" : null;
    }

    private static async Task<bool> TryAsync(LedgerWriter writer)
    {
        try
        {
            return await writer.ExecuteAsync(Hold(Guid.CreateVersion7())) is HoldResult.Held;
        }
        catch (LedgerUnavailableException)
        {
            return false;
        }
    }

    // A key can only be looked up.
    private static HoldCommand Hold(Guid id, bool atOnce = true) => new(Account, id, Amount, TimeSpan.FromDays(1), new GenerationStart { Model = "flux-dev" }) { Key = atOnce ? null : id.ToString() };

    private sealed class Bench : IAsyncDisposable
    {
        private readonly NpgsqlDataSource _dataSource;

        private Bench(TestServers.PostgreSqlServer server, LedgerDatabase database, int attempts)
        {
            Database = database;
            Proxy = new CuttingProxy(server.Port);
            _dataSource = NpgsqlDataSource.Create(Proxy.ConnectionStringFor(database.ConnectionString));
            var options = new LedgerWriterOptions { Attempts = attempts, FirstDelay = TimeSpan.FromMilliseconds(1) };
            Writer = new LedgerWriter(new PostgreSqlBatchExecutor(_dataSource, () => LedgerRules.None), options, TimeProvider.System, NullLogger<LedgerWriter>.Instance);
        }

        public LedgerDatabase Database { get; }

        public CuttingProxy Proxy { get; }

        public LedgerWriter Writer { get; }

        public static async Task<Bench> StartAsync(TestServers.PostgreSqlServer server, int attempts) =>
            new(server, await LedgerDatabase.CreateAsync(Provider.PostgreSql, server), attempts);

        /// <summary>Makes one exchange on a warm connection and says how many bytes it took.</summary>
        public async Task<(long ToServer, long ToClient)> MeasureAsync(bool atOnce)
        {
            await Writer.ExecuteAsync(new GrantCommand(Account, GrantKind.Purchase, 1_000_000) { Key = "all" });
            Proxy.Count();
            await Writer.ExecuteAsync(Hold(Guid.CreateVersion7(), atOnce));
            return Proxy.Passed;
        }

        public async Task<int> HoldsAsync() => (int)await Database.ScalarAsync<long>("select count(*) as \"Value\" from ai_credits_entry where kind = 2");

        public async Task ExpectAsync(Run run, int commands)
        {
            var state = await Database.StateOfAsync(Account);
            var written = await HoldsAsync();
            if (written != commands || state.Held != Amount * commands)
            {
                run.Fail($"After {commands} commands there are {written} entries, and {state.Held} is held.");
            }
        }

        public async ValueTask DisposeAsync()
        {
            await Writer.DisposeAsync();
            await _dataSource.DisposeAsync();
            await Proxy.DisposeAsync();
            await Database.DisposeAsync();
        }
    }
}
