using System.Collections.Concurrent;
using System.Diagnostics;
using AiCredits.EntityFramework.Ledger;
using AiCredits.Ledger;
using AiCredits.TestServers;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace AiCredits.Reliability.Scenarios;

internal sealed class FaultScenario : Scenario
{
    private static readonly AccountId Account = new("alice");

    private const int RoundsOfDisk = 50;

    public override string Name => "faults";

    public override string What => "PgBouncer killed, backends terminated, no connection left, disk full, under 10 callers behind PgBouncer: nothing acknowledged is lost or doubled, and work goes on afterwards";

    public override string NaiveShape => "callers that try again with new ids when PgBouncer is killed";

    public override int Weight => 4;

    public override async Task RunAsync(Run run)
    {
        var random = new Random(run.Seed);
        for (var round = 0; run.GoesOn(round, slice: 4);)
        {
            // The small disk would soon be full of what the callers write.
            await using var bench = await Bench.StartAsync();
            await using var callers = new Callers(bench.NewWriter(), freshIds: false);
            for (var last = round + RoundsOfDisk; round < last && run.GoesOn(round, slice: 4); round++)
            {
                await StrikeAsync(run, bench, callers, random, run.IsSlice ? round % 4 : random.Next(4));
            }

            await callers.StopAsync();
            run.Count("acknowledgements", callers.Acknowledged.Count);
            await CompareAsync(run, bench, callers);
            await bench.Database.ProveAsync();
        }
    }

    private static async Task StrikeAsync(Run run, Bench bench, Callers callers, Random random, int what)
    {
        await callers.SeeAsync(random.Next(5, 50));
        run.Count(await bench.StrikeAsync(what));
        var over = Stopwatch.GetTimestamp();
        await callers.SeeAsync(1);
        var back = (long)Stopwatch.GetElapsedTime(over).TotalMilliseconds;
        run.Count("back within 2 s", back <= 2_000 ? 1 : 0);
        run.Peak("ms at the most", back);
    }

    public override async Task<string?> BreakNaiveShapeAsync(Run run)
    {
        await using var bench = await Bench.StartAsync(fsync: true);
        await bench.SlowDownCommitsAsync();
        await using var callers = new Callers(bench.NewWriter(attempts: 1), freshIds: true);
        var naive = new Run(run.Seed);
        for (var round = 0; round < 200 && naive.Failed == 0; round += 20)
        {
            for (var kill = 0; kill < 20; kill++)
            {
                await callers.SeeAsync(3);
                await bench.StrikeAsync(0);
            }

            await callers.PauseAsync();
            await CompareAsync(naive, bench, callers);
            callers.GoOn();
        }

        await callers.StopAsync();
        return naive.Failed > 0 ? $"{naive.Failed} holds that no caller knows of" : null;
    }

    // Every hold that was acknowledged is there once, and there is none that nobody was told of.
    private static async Task CompareAsync(Run run, Bench bench, Callers callers)
    {
        NpgsqlConnection.ClearAllPools();
        var written = (await bench.Database.EntriesOfAsync(Account)).Where(entry => entry.Kind == EntryKind.Hold).GroupBy(entry => entry.HoldId!.Value).ToDictionary(group => group.Key, group => group.Count());
        foreach (var id in callers.Acknowledged)
        {
            if (!written.Remove(id, out var times) || times != 1)
            {
                run.Fail($"The hold {id} is there {times} times");
            }
        }

        foreach (var id in written.Keys)
        {
            run.Fail($"Nobody was told of the hold {id}");
        }
    }

    private sealed class Callers : IAsyncDisposable
    {
        private readonly SemaphoreSlim _seen = new(0);
        private readonly CancellationTokenSource _end = new();
        private readonly LedgerWriter _writer;
        private readonly bool _freshIds;
        private readonly SemaphoreSlim[] _turns = [.. Enumerable.Range(0, 10).Select(_ => new SemaphoreSlim(1))];
        private readonly Task _work;

        public Callers(LedgerWriter writer, bool freshIds)
        {
            (_writer, _freshIds) = (writer, freshIds);
            _work = Task.WhenAll(_turns.Select(turn => Task.Run(() => CallAsync(turn))));
        }

        public ConcurrentQueue<Guid> Acknowledged { get; } = [];

        public async Task SeeAsync(int more)
        {
            // Not what was acknowledged before.
            while (_seen.Wait(0))
            {
            }

            for (; more > 0; more--)
            {
                if (await Task.WhenAny(_seen.WaitAsync(), _work) == _work)
                {
                    await _work;
                }
            }
        }

        /// <summary>Waits until every caller is between two holds, and keeps them there.</summary>
        public Task PauseAsync() => Task.WhenAll(_turns.Select(turn => turn.WaitAsync()));

        public void GoOn() => Array.ForEach(_turns, turn => turn.Release());

        /// <summary>Lets every caller come to the end of what he does.</summary>
        public async Task StopAsync()
        {
            await _end.CancelAsync();
            await _work;
        }

        public async ValueTask DisposeAsync()
        {
            await StopAsync();
            await _writer.DisposeAsync();
            _end.Dispose();
            _seen.Dispose();
        }

        private async Task CallAsync(SemaphoreSlim turn)
        {
            while (!_end.IsCancellationRequested)
            {
                await turn.WaitAsync();
                await HoldAsync();
                turn.Release();
            }
        }

        private async Task HoldAsync()
        {
            for (var id = Guid.CreateVersion7(); ; id = _freshIds ? Guid.CreateVersion7() : id)
            {
                try
                {
                    var held = (HoldResult.Held)await _writer.ExecuteAsync(new HoldCommand(Account, id, Credits.FromMillionths(1), TimeSpan.FromDays(1), new GenerationStart { Model = "flux-dev" }));
                    Acknowledged.Enqueue(held.HoldId);
                    _seen.Release();
                    return;
                }
                catch (LedgerUnavailableException)
                {
                    await Task.Delay(20);
                }
            }
        }
    }

    private sealed class Bench : IAsyncDisposable
    {
        private readonly List<IAsyncDisposable> _owned = [];
        private PostgreSqlServer _server = null!;
        private PgBouncerServer _bouncer = null!;
        private SmallDisk? _disk;
        private string _bounced = "";

        public LedgerDatabase Database { get; private set; } = null!;

        public static async Task<Bench> StartAsync(bool fsync = false)
        {
            var bench = new Bench { _disk = await SmallDisk.TryMountAsync(megabytes: 48) };
            if (bench._disk is not null)
            {
                bench._owned.Add(bench._disk);
            }

            bench._server = new PostgreSqlServer { MaxConnections = 30, Fsync = fsync };
            bench._owned.Add(bench._server);
            await bench._server.InitializeAsync();
            bench.Database = await LedgerDatabase.CreateAsync(Provider.PostgreSql, bench._server);
            bench._owned.Add(bench.Database);
            if (bench._disk is not null)
            {
                NpgsqlConnection.ClearAllPools();
                await bench.AdministerAsync($"create tablespace small location '{bench._disk.Path}'");
                await bench.AdministerAsync($"alter database {bench.Name} set tablespace small");
            }

            bench._bouncer = await bench._server.GetPgBouncerAsync();
            bench._bounced = bench._bouncer.ConnectionStringFor(bench.Database.ConnectionString);
            await using var writer = bench.NewWriter();
            await writer.ExecuteAsync(new GrantCommand(Account, GrantKind.Purchase, 1_000_000) { Key = "all" });
            return bench;
        }

        private string Name => new NpgsqlConnectionStringBuilder(Database.ConnectionString).Database!;

        public LedgerWriter NewWriter(int attempts = 7)
        {
            var dataSource = NpgsqlDataSource.Create(_bounced);
            _owned.Add(dataSource);
            return new LedgerWriter(new PostgreSqlBatchExecutor(dataSource, () => LedgerRules.None), new LedgerWriterOptions { Attempts = attempts }, TimeProvider.System, NullLogger<LedgerWriter>.Instance);
        }

        /// <summary>Widens the moment in which a commit is made and nobody has heard of it: whoever guesses wrong then does so soon.</summary>
        public async Task SlowDownCommitsAsync()
        {
            await AdministerAsync("alter system set commit_delay = 50000");
            await AdministerAsync("alter system set commit_siblings = 0");
            await AdministerAsync("select pg_reload_conf()");
        }

        /// <summary>Makes a fault, and returns what it was once it is over.</summary>
        public async Task<string> StrikeAsync(int what)
        {
            switch (what)
            {
                case 0:
                    await _bouncer.RestartAsync(_server);
                    return "kills of PgBouncer";
                case 1:
                    await AdministerAsync($"select pg_terminate_backend(pid) from pg_stat_activity where datname = '{Name}'");
                    return "terminations of all backends";
                case 2:
                    await ExhaustAsync();
                    return "times without a connection left";
                default:
                    return await FillAsync();
            }
        }

        public async ValueTask DisposeAsync()
        {
            foreach (var one in Enumerable.Reverse(_owned))
            {
                await one.DisposeAsync();
            }
        }

        private async Task AdministerAsync(string sql)
        {
            await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(_server.AdminConnectionString) { Pooling = false }.ConnectionString);
            await connection.OpenAsync();
            await using var command = new NpgsqlCommand(sql, connection);
            await command.ExecuteNonQueryAsync();
        }

        // To the last place, those kept for superusers too.
        private async Task ExhaustAsync()
        {
            await using var all = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(_server.AdminConnectionString) { MaxPoolSize = 100, Timeout = 5 });
            var taken = new List<NpgsqlConnection>();
            try
            {
                while (taken.Count < 100)
                {
                    taken.Add(await all.OpenConnectionAsync());
                    if (taken.Count == 25)
                    {
                        await using var end = new NpgsqlCommand($"select pg_terminate_backend(pid) from pg_stat_activity where datname = '{Name}'", taken[0]);
                        await end.ExecuteNonQueryAsync();
                    }
                }
            }
            catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.TooManyConnections)
            {
                await Task.Delay(300);
            }
            finally
            {
                foreach (var connection in taken)
                {
                    await connection.DisposeAsync();
                }
            }
        }

        private async Task<string> FillAsync()
        {
            if (_disk is null)
            {
                return "disks that could not be filled, for want of the right to mount one";
            }

            var filling = Path.Combine(_disk.Path, "filling");
            try
            {
                // To the last block, as some other program would.
                await using var stream = new FileStream(filling, new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, BufferSize = 0 });
                var block = new byte[4096];
                while (true)
                {
                    await stream.WriteAsync(block);
                }
            }
            catch (IOException)
            {
                await Task.Delay(500);
            }
            finally
            {
                File.Delete(filling);
            }

            return "full disks";
        }
    }
}
