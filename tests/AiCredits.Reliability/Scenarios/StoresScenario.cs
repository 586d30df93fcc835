using AiCredits.Conformance;
using AiCredits.EntityFramework.Hosting;
using AiCredits.EntityFramework.Ledger;
using AiCredits.EntityFramework.Store;
using AiCredits.Ledger;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Npgsql;

namespace AiCredits.Reliability.Scenarios;

internal sealed class StoresScenario : Scenario
{
    private const int RoundsOfHistory = 60;
    private const int HistoriesOfServer = 20;
    private static readonly DateTime Start = new(2026, 11, 1, 12, 0, 0, DateTimeKind.Utc);
    private static readonly LedgerRules Rules = new(10);

    public override string Name => "stores";

    public override string What => "one stream of commands through the bare kernel one by one and, in batches or one by one, through memory, SQLite, PostgreSQL, PostgreSQL behind PgBouncer and the portable store: same answers, same rows, same chain heads";

    public override string NaiveShape => "a store that decides a batch in another order than it came";

    public override int Weight => 12;

    public override async Task RunAsync(Run run)
    {
        for (var history = 0; run.GoesOn(history, slice: 1);)
        {
            // PgBouncer keeps its sessions with each database, so a server has room for some only.
            await using var server = await Servers.StartAsync();
            for (var here = 0; here < HistoriesOfServer && (here == 0 || run.GoesOn(history, slice: 1)); here++, history++)
            {
                await using var stores = await Fleet.StartAsync(server, around: null);
                await CompareAsync(run, stores, run.SeedOf(history), RoundsOfHistory);
            }
        }
    }

    public override async Task<string?> BreakNaiveShapeAsync(Run run)
    {
        await using var server = await Servers.StartAsync();
        await using var stores = await Fleet.StartAsync(server, inner => new ReversingExecutor(inner));
        var naive = new Run(run.Seed);
        var rounds = await CompareAsync(naive, stores, run.SeedOf(0), RoundsOfHistory);
        return naive.Failed > 0 ? $"another answer in round {rounds}" : null;
    }

    // Returns the round after which it ended.
    private static async Task<int> CompareAsync(Run run, Fleet stores, int seed, int rounds)
    {
        AccountId[] accounts = [new("alice"), new("bob"), new("carol")];
        var streams = accounts.Select((account, index) => new CommandStream(unchecked(seed + (index * 7_919)), account, Start)).ToArray();
        var kernels = accounts.ToDictionary(account => account, account => new KernelLedger(account, Rules));
        var random = new Random(seed);
        var now = Start;
        for (var round = 1; round <= rounds; round++)
        {
            // All commands of a round are decided at one time: it is what a batch has.
            var commands = new List<(CommandStream Stream, LedgerCommand Command)>();
            for (var count = random.Next(1, 40); count > 0; count--)
            {
                var stream = streams[random.Next(streams.Length)];
                commands.Add((stream, stream.Next()));
            }

            now = streams.Max(stream => stream.Now);
            await stores.SetTimeAsync(now);
            var expected = commands.ConvertAll(one =>
            {
                var answer = kernels[one.Command.Account].ApplyAlone(one.Command, now);
                one.Stream.Saw(answer);
                return AnyCommand.Describe(answer);
            });
            // One by one a lane decides most of them on what it remembers.
            var oneByOne = random.Next(2) == 0;
            await Task.WhenAll(stores.Doors.Select(async store =>
            {
                var answers = oneByOne ? await OneByOneAsync(store.Door, commands) : await Task.WhenAll(commands.Select(one => AnyCommand.ExecuteAsync(store.Door, one.Command, CancellationToken.None)));
                for (var index = 0; index < answers.Length; index++)
                {
                    if (AnyCommand.Describe(answers[index]) is var actual && actual != expected[index])
                    {
                        run.Fail($"Seed {seed}, round {round}, {store.Name}: {commands[index].Command}\n  answered {actual}\n  not      {expected[index]}");
                    }
                }
            }));
            run.Count("commands through each of 5 stores", commands.Count);
            if (run.Failed > 0)
            {
                return round;
            }
        }

        foreach (var account in accounts)
        {
            var kernel = kernels[account];
            var earliest = kernel.Holds.Values.Select(hold => (DateTime?)hold.ExpiresAt)
                .Concat(kernel.Grants.Values.Select(grant => grant.Pending ? grant.EffectiveAt : grant.Available.IsZero ? null : grant.ExpiresAt))
                .Min();
            foreach (var (name, state) in await stores.StatesAsync(account))
            {
                // The time to look again may be an earlier one, of something that has ended otherwise; never a later one.
                var same = state with { ChainHead = default, NextDue = default } == kernel.State with { ChainHead = default, NextDue = default }
                    && state.ChainHead.Span.SequenceEqual(kernel.State.ChainHead.Span)
                    && !(earliest < (state.NextDue ?? DateTime.MaxValue));
                if (!same)
                {
                    run.Fail($"Seed {seed}, {name}: the account is {state} {Convert.ToHexString(state.ChainHead.Span)}, not {kernel.State} {Convert.ToHexString(kernel.State.ChainHead.Span)}");
                }

                run.Count("chain heads compared");
            }
        }

        return rounds;
    }

    private static async Task<LedgerResult[]> OneByOneAsync(ILedgerDoor door, List<(CommandStream Stream, LedgerCommand Command)> commands)
    {
        var answers = new LedgerResult[commands.Count];
        for (var index = 0; index < answers.Length; index++)
        {
            answers[index] = await AnyCommand.ExecuteAsync(door, commands[index].Command, CancellationToken.None);
        }

        return answers;
    }

    /// <summary>One empty ledger in each store, all at the same time of day.</summary>
    private sealed class Fleet : IAsyncDisposable
    {
        private readonly List<IAsyncDisposable> _owned = [];
        private readonly List<(string Name, LedgerDatabase Database)> _databases = [];
        private readonly List<FrozenClock> _clocks = [];
        private readonly FakeTimeProvider _clock = new(new DateTimeOffset(Start));
        private ICreditStore _memory = null!;

        public List<(string Name, ILedgerDoor Door)> Doors { get; } = [];

        /// <param name="server">The server of the databases.</param>
        /// <param name="around">Stands before the executor of PostgreSQL.</param>
        public static async Task<Fleet> StartAsync(TestServers.PostgreSqlServer server, Func<ILedgerBatchExecutor, ILedgerBatchExecutor>? around)
        {
            var fleet = new Fleet();
            await fleet.AddAsync("SQLite", Provider.Sqlite, server, null);
            await fleet.AddAsync("PostgreSQL", Provider.PostgreSql, server, around);
            await fleet.AddAsync("PgBouncer", Provider.PgBouncer, server, null);
            await fleet.AddPortableAsync(server);
            var services = new ServiceCollection().AddLogging().AddSingleton<TimeProvider>(fleet._clock);
            services.AddAiCreditsCore(options => options.LowBalance = Rules.LowBalance);
            var provider = services.BuildServiceProvider();
            fleet._owned.Add(provider);
            fleet._memory = provider.GetRequiredService<ICreditStore>();
            fleet.Doors.Add(("memory", new OnStore(fleet._memory)));
            return fleet;
        }

        public async Task SetTimeAsync(DateTime now)
        {
            _clock.SetUtcNow(new DateTimeOffset(now));
            foreach (var clock in _clocks)
            {
                await clock.SetAsync(now);
            }
        }

        public async Task<List<(string Name, AccountState State)>> StatesAsync(AccountId account)
        {
            List<(string Name, AccountState State)> states = [("memory", (await _memory.GetAccountAsync(account)).State)];
            foreach (var (name, database) in _databases)
            {
                states.Add((name, await database.StateOfAsync(account)));
            }

            return states;
        }

        public async ValueTask DisposeAsync()
        {
            foreach (var one in Enumerable.Reverse(_owned))
            {
                await one.DisposeAsync();
            }
        }

        private async Task<LedgerDatabase> AddDatabaseAsync(string name, Provider provider, TestServers.PostgreSqlServer server)
        {
            var database = await LedgerDatabase.CreateAsync(provider, server, _clock);
            database.Rules = Rules;
            database.NewMemory = () => new LaneMemory(_clock, mostRest: 0);
            _owned.Add(database);
            _databases.Add((name, database));
            if (provider != Provider.Sqlite)
            {
                var direct = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(database.ConnectionString) { Port = server.Port, MaxPoolSize = 1 });
                _owned.Add(direct);
                _clocks.Add(await FrozenClock.CreateAsync(direct));
            }

            return database;
        }

        private async Task AddAsync(string name, Provider provider, TestServers.PostgreSqlServer server, Func<ILedgerBatchExecutor, ILedgerBatchExecutor>? around)
        {
            var database = await AddDatabaseAsync(name, provider, server);
            Doors.Add((name, new OnWriter(database.NewWriter(around: around))));
        }

        private async Task AddPortableAsync(TestServers.PostgreSqlServer server)
        {
            var database = await AddDatabaseAsync("portable", Provider.PostgreSql, server);
            var services = new ServiceCollection().AddLogging().AddSingleton<TimeProvider>(_clock);
            services.AddAiCreditsCore().UsePostgreSql(database.ConnectionString);
            var provider = services.BuildServiceProvider();
            _owned.Add(provider);
            var writer = new LedgerWriter(new PortableBatchExecutor(provider.GetRequiredService<CreditsDatabase>(), () => Rules), new LedgerWriterOptions(), TimeProvider.System, NullLogger<LedgerWriter>.Instance);
            _owned.Add(writer);
            Doors.Add(("portable", new OnWriter(writer)));
        }
    }

    private sealed class ReversingExecutor(ILedgerBatchExecutor inner) : ILedgerBatchExecutor
    {
        public int Lanes => inner.Lanes;

        public ValueTask ExecuteAsync(int lane, ReadOnlyMemory<PendingCommand> batch, CancellationToken cancellationToken) =>
            inner.ExecuteAsync(lane, batch.ToArray().Reverse().ToArray(), cancellationToken);

        public BatchFault Classify(Exception exception) => inner.Classify(exception);

        public ValueTask CheckAsync(CancellationToken cancellationToken) => inner.CheckAsync(cancellationToken);

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
