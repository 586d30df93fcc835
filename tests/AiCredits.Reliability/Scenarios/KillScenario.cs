using System.Globalization;
using AiCredits.EntityFramework.Ledger;
using AiCredits.Integrity;
using AiCredits.Ledger;
using AiCredits.Reliability.Workers;
using Npgsql;

namespace AiCredits.Reliability.Scenarios;

internal sealed class KillScenario : Scenario
{
    private const int Callers = 20;
    private const int KillsOfPeriod = 5;

    public override string Name => "kills";

    public override string What => "kill -9 of PostgreSQL with all its children, or of one of two app processes, under 40 callers; acknowledgements are recorded outside: none is lost, none is doubled";

    public override string NaiveShape => "a server with synchronous_commit=off";

    public override int Weight => 12;

    public override async Task RunAsync(Run run)
    {
        await using var server = await Servers.StartAsync(fsync: true);
        await using var database = await LedgerDatabase.CreateAsync(Provider.PostgreSql, server);
        for (var period = 0; run.GoesOn(period, slice: 1); period++)
        {
            var random = new Random(run.SeedOf(period));
            var account = await OpenAsync(database, period);
            Witness[] witnesses = [await Witness.StartAsync(database, account), await Witness.StartAsync(database, account)];
            try
            {
                // The database and the app in turn; chance says when.
                for (var kill = 0; kill < KillsOfPeriod; kill++)
                {
                    await witnesses[random.Next(2)].SeeAsync(random.Next(20, 200));
                    if (kill % 2 == 0)
                    {
                        await server.KillAsync();
                        await server.StartAsync();
                        run.Count("kills of PostgreSQL");
                    }
                    else
                    {
                        var victim = random.Next(2);
                        await witnesses[victim].RestartAsync(database, account);
                        run.Count("kills of an app");
                    }
                }
            }
            finally
            {
                foreach (var witness in witnesses)
                {
                    await witness.DisposeAsync();
                }
            }

            await CompareAsync(run, database, account, witnesses);
            NpgsqlConnection.ClearAllPools();
            foreach (var fault in (await new IntegrityCheck(await LedgerSnapshot.TakeAsync(database, account)).RunAsync(account)).Faults)
            {
                run.Fail($"Period {period}: {fault}");
            }
        }
    }

    public override async Task<string?> BreakNaiveShapeAsync(Run run)
    {
        await using var server = await Servers.StartAsync(fsync: true, ("synchronous_commit", "off"), ("wal_writer_delay", "10s"));
        await using var database = await LedgerDatabase.CreateAsync(Provider.PostgreSql, server);
        var naive = new Run(run.Seed);
        var faults = 0;
        for (var kill = 0; kill < 5 && naive.Figure("lost") == 0; kill++)
        {
            var account = await OpenAsync(database, kill);

            // What is older than the kill must be on the disk, or the account itself is lost.
            await database.ExecuteAsync("checkpoint");
            await using var witness = await Witness.StartAsync(database, account);
            await witness.SeeAsync(100);
            await server.KillAsync();
            await witness.DisposeAsync();
            await server.StartAsync();
            await CompareAsync(naive, database, account, [witness]);
            NpgsqlConnection.ClearAllPools();
            faults += (await new IntegrityCheck(await LedgerSnapshot.TakeAsync(database, account)).RunAsync(account)).Faults.Count;
        }

        var checks = faults == 0 ? "which no check inside the database could see" : "and the check inside the database found it as well";
        return naive.Figure("lost") > 0 ? string.Create(CultureInfo.InvariantCulture, $"{naive.Figure("lost"):N0} of {naive.Figure("acknowledgements"):N0} acknowledgements lost, {checks}") : null;
    }

    private static async Task<AccountId> OpenAsync(LedgerDatabase database, int period)
    {
        var account = new AccountId($"period-{period}");
        NpgsqlConnection.ClearAllPools();
        await using var writer = database.NewWriter();
        await writer.ExecuteAsync(new GrantCommand(account, GrantKind.Purchase, 1_000_000) { Key = "all" });
        return account;
    }

    private static async Task CompareAsync(Run run, LedgerDatabase database, AccountId account, IReadOnlyList<Witness> witnesses)
    {
        NpgsqlConnection.ClearAllPools();
        var written = (await database.EntriesOfAsync(account)).Where(entry => entry.HoldId is not null).ToLookup(entry => (entry.Kind, entry.HoldId!.Value));
        var asked = witnesses.SelectMany(witness => witness.Asked).ToHashSet();
        foreach (var (kind, acknowledged) in new[] { (EntryKind.Hold, witnesses.SelectMany(witness => witness.Held)), (EntryKind.Capture, witnesses.SelectMany(witness => witness.Captured)) })
        {
            foreach (var id in acknowledged)
            {
                run.Count("acknowledgements");
                if (!written.Contains((kind, id)))
                {
                    run.Count("lost");
                    run.Fail($"{account}: the {kind} {id} was acknowledged and is lost");
                }
            }
        }

        foreach (var entries in written)
        {
            if (entries.Count() != 1 || !asked.Contains(entries.Key.Value))
            {
                run.Fail($"{account}: {entries.Count()} entries {entries.Key.Kind} of {entries.Key.Value}, asked for: {asked.Contains(entries.Key.Value)}");
            }
        }
    }

    /// <summary>An app process and the record of what it was told, kept outside of it.</summary>
    private sealed class Witness : IAsyncDisposable
    {
        private readonly SemaphoreSlim _seen = new(0);
        private WorkerProcess _worker;
        private Task _reading;
        private bool _over;

        private Witness(WorkerProcess worker) => (_worker, _reading) = (worker, ReadAsync(worker));

        public HashSet<Guid> Asked { get; } = [];

        public HashSet<Guid> Held { get; } = [];

        public HashSet<Guid> Captured { get; } = [];

        public static async Task<Witness> StartAsync(LedgerDatabase database, AccountId account) => new(await StartWorkerAsync(database, account));

        /// <summary>Waits until it has seen more acknowledgements.</summary>
        public async Task SeeAsync(int more)
        {
            for (; more > 0; more--)
            {
                await _seen.WaitAsync();
            }
        }

        public async Task RestartAsync(LedgerDatabase database, AccountId account)
        {
            await EndAsync();
            _worker = await StartWorkerAsync(database, account);
            _reading = ReadAsync(_worker);
        }

        public async ValueTask DisposeAsync()
        {
            if (!_over)
            {
                _over = true;
                await EndAsync();
                _seen.Dispose();
            }
        }

        private static async Task<WorkerProcess> StartWorkerAsync(LedgerDatabase database, AccountId account)
        {
            var worker = await WorkerProcess.StartAsync(database.ConnectionString);
            await worker.OrderAsync(string.Create(CultureInfo.InvariantCulture, $"cycle {account} {Callers}"));
            return worker;
        }

        private async Task EndAsync()
        {
            if (_worker.HasExited)
            {
                throw new InvalidOperationException("An app process ended by itself.");
            }

            // What it said before its end is still in the pipe.
            await _worker.KillAsync();
            await _reading;
            await _worker.DisposeAsync();
        }

        private async Task ReadAsync(WorkerProcess worker)
        {
            // A line that was cut off by the end tells nothing.
            while (await worker.ReadAsync() is { } line)
            {
                if (line.Length != 33 || !Guid.TryParseExact(line[1..], "N", out var id))
                {
                    continue;
                }

                (line[0] switch { '?' => Asked, 'h' => Held, _ => Captured }).Add(id);
                if (line[0] != '?')
                {
                    _seen.Release();
                }
            }
        }
    }
}
