using System.Globalization;
using AiCredits.Conformance;
using AiCredits.EntityFramework.Ledger;
using AiCredits.Ledger;
using AiCredits.Reliability.Interleaving;
using Npgsql;

namespace AiCredits.Reliability.Scenarios;

internal sealed class InterleavingScenario : Scenario
{
    private const int OrdersInSlice = 100;

    private static readonly DateTime Start = new(2026, 11, 1, 12, 0, 0, DateTimeKind.Utc);
    private static readonly Guid Open = new("00000000-0000-7000-8000-000000000001");

    // What can be asked of one account at once. The same one twice is a repeat under way.
    private static readonly Func<AccountId, LedgerCommand>[] Commands =
    [
        account => Hold(account, 2, 6),
        account => Hold(account, 3, 6),
        account => new CaptureCommand(account, Open, 3, new GenerationEnd { Outcome = GenerationOutcome.Succeeded }),
        account => new ReleaseCommand(account, Open, new GenerationEnd { Outcome = GenerationOutcome.Failed }),
        account => new TouchCommand(account),
        account => Hold(account, 4, 1) with { Key = "kept" },
        account => new GrantCommand(account, GrantKind.Welcome, 5) { Key = "welcome" },
    ];

    public override string Name => "interleavings";

    public override string What => "sessions of PostgreSQL moved statement by statement, in every order of two commands (hold, capture, release, expiry, replay, first touch; before and after things end, and on a new account), and in orders by chance of three, and of two and three in sessions that remember the account, rightly or not: answers and chain head are those of the kernel in some order";

    public override string NaiveShape => "lock and sum in one statement";

    public override int Weight => 12;

    private enum Before
    {
        NewAccount,
        NothingDue,
        Due,
    }

    public override async Task RunAsync(Run run)
    {
        await using var loading = await Stage.StartAsync(actors: 3);
        await using var remembering = await Stage.StartAsync(actors: 3, remember: true);
        var random = new Random(run.Seed);
        var pairs = new List<(Before Before, int One, int Other)>();
        foreach (var before in Enum.GetValues<Before>())
        {
            for (var one = 0; one < Commands.Length; one++)
            {
                for (var other = one; other < Commands.Length; other++)
                {
                    pairs.Add((before, one, other));
                }
            }
        }

        // A slice takes some pairs by chance; a long run takes all of them, then triples for as long as there is time.
        var chosen = pairs.ToArray();
        random.Shuffle(chosen);
        for (var pair = 0; run.IsSlice ? pair < 2 : pair < chosen.Length && run.GoesOn(pair, slice: 0); pair++)
        {
            var (before, one, other) = chosen[pair];
            var (schedule, orders) = (new Schedule(), 0);
            do
            {
                await TryAsync(run, loading, schedule, before, [one, other]);
                run.Count("orders of two", schedule.WasNew ? 1 : 0);
            }
            while (schedule.Next() && (!run.IsSlice || ++orders < OrdersInSlice));
            run.Count($"of {pairs.Count} pairs");
        }

        for (var turn = 1; run.GoesOn(turn, slice: 24); turn++)
        {
            // With memory even two come in orders by chance: what ends a transaction is no statement of its own there.
            var (stage, count) = (turn % 4) switch { 0 => (loading, 3), 1 => (remembering, 3), _ => (remembering, 2) };
            var before = (Before)random.Next(stage.Remembers ? 1 : 0, 3);
            await TryAsync(run, stage, new Schedule(random), before, [.. Enumerable.Range(0, count).Select(_ => random.Next(Commands.Length))]);
            run.Count(stage.Remembers ? "orders with memory" : "orders of three");
        }
    }

    public override async Task<string?> BreakNaiveShapeAsync(Run run)
    {
        await using var stage = await Stage.StartAsync(actors: 2, withExecutors: false);
        await using (var create = stage.Control.CreateCommand("create table naive_account (id bigint primary key); create table naive_entry (account_id bigint, amount bigint)"))
        {
            await create.ExecuteNonQueryAsync();
        }

        var schedule = new Schedule();
        var (orders, wrong) = (0, 0);
        do
        {
            orders++;
            await using (var open = stage.Control.CreateCommand(string.Create(CultureInfo.InvariantCulture, $"insert into naive_account values ({orders}); insert into naive_entry values ({orders}, 100)")))
            {
                await open.ExecuteNonQueryAsync();
            }

            foreach (var actor in stage.Actors)
            {
                // Its session is opened now, while nobody holds it back.
                await (await actor.DataSource.OpenConnectionAsync()).DisposeAsync();
                await actor.BeginAsync(() => SpendNaivelyAsync(actor.DataSource, orders));
            }

            await schedule.RunAsync(stage.Actors, stage.Control);
            await using var sum = stage.Control.CreateCommand(string.Create(CultureInfo.InvariantCulture, $"select sum(amount)::bigint from naive_entry where account_id = {orders}"));
            wrong += (long)(await sum.ExecuteScalarAsync())! < 0 ? 1 : 0;
        }
        while (schedule.Next());
        return wrong > 0 ? $"120 of 100 spent in {wrong} of {orders} orders" : null;
    }

    private static async Task SpendNaivelyAsync(NpgsqlDataSource dataSource, long account)
    {
        await using var connection = await dataSource.OpenConnectionAsync();
        await SayAsync("begin");
        var sum = await SayAsync(string.Create(CultureInfo.InvariantCulture, $"select (select coalesce(sum(amount), 0) from naive_entry as entry where entry.account_id = account.id)::bigint from naive_account as account where id = {account} for update"));
        if ((long)sum! >= 60)
        {
            await SayAsync(string.Create(CultureInfo.InvariantCulture, $"insert into naive_entry values ({account}, -60)"));
        }

        await SayAsync("commit");

        async Task<object?> SayAsync(string sql)
        {
            await using var command = new NpgsqlCommand(sql, connection);
            return await command.ExecuteScalarAsync();
        }
    }

    private static async Task TryAsync(Run run, Stage stage, Schedule schedule, Before before, int[] which)
    {
        var account = stage.NextAccount();
        var commands = which.Select(index => Commands[index](account)).ToArray();
        var due = before == Before.Due ? Start.AddHours(2) : Start;
        if (before != Before.NewAccount)
        {
            await stage.Clock.SetAsync(Start);
            foreach (var (index, command) in SetUp(account).Index())
            {
                // The first session writes last, and so remembers; the second one's memory is not right any more.
                var door = !stage.Remembers ? stage.Direct : index == 0 ? stage.Doors[1] : stage.Doors[0];
                await AnyCommand.ExecuteAsync(door, command, CancellationToken.None);
            }
        }

        await stage.Clock.SetAsync(due);
        var answers = new LedgerResult[commands.Length];
        var actors = stage.Actors.Take(commands.Length).ToList();
        for (var index = 0; index < commands.Length; index++)
        {
            var (mine, door) = (index, stage.Doors[index]);
            await actors[index].BeginAsync(async () => answers[mine] = await AnyCommand.ExecuteAsync(door, commands[mine], CancellationToken.None));
        }

        await schedule.RunAsync(actors, stage.Control);
        var what = $"{before}, {string.Join(" | ", commands.Select(command => command.ToString()))}, in the order {schedule.Order}";
        foreach (var actor in actors)
        {
            if (await actor.ResultAsync() is { } exception)
            {
                run.Fail($"{what}: {exception}");
                return;
            }
        }

        var state = await stage.Database.StateOfAsync(account);
        var outcome = Outcome(answers, state);
        var allowed = Orders(commands.Length).Select(order => Serial(account, before, due, commands, order)).ToList();
        if (!allowed.Contains(outcome))
        {
            run.Fail($"{what}:\n  {outcome}\n  but one after the other:\n  {string.Join("\n  ", allowed.Distinct())}");
        }
    }

    private static IEnumerable<LedgerCommand> SetUp(AccountId account) =>
    [
        new GrantCommand(account, GrantKind.Purchase, 10) { Key = "paid" },
        new GrantCommand(account, GrantKind.Bonus, 5) { Key = "bonus", ExpiresAt = Start.AddHours(1) },
        Hold(account, 1, 4),
        Hold(account, 4, 1) with { Key = "kept" },
    ];

    private static HoldCommand Hold(AccountId account, int id, Credits amount) =>
        new(account, new Guid(0, 0, 0x7000, 0x80, 0, 0, 0, 0, 0, 0, (byte)id), amount, TimeSpan.FromMinutes(30), new GenerationStart { Model = "flux-dev" });

    // What the kernel says when nobody is in its way.
    private static string Serial(AccountId account, Before before, DateTime now, LedgerCommand[] commands, int[] order)
    {
        var kernel = new KernelLedger(account);
        if (before != Before.NewAccount)
        {
            foreach (var command in SetUp(account))
            {
                kernel.ApplyAlone(command, Start);
            }
        }

        var answers = new LedgerResult[commands.Length];
        foreach (var index in order)
        {
            answers[index] = kernel.ApplyAlone(commands[index], now);
        }

        return Outcome(answers, kernel.State);
    }

    private static string Outcome(LedgerResult[] answers, AccountState state) =>
        $"{string.Join(" | ", answers.Select(AnyCommand.Describe))} -> {state.Sequence} {state.Available} {state.Held} {Convert.ToHexString(state.ChainHead.Span)}";

    private static IEnumerable<int[]> Orders(int count) => count == 1
        ? [[0]]
        : Orders(count - 1).SelectMany(order => Enumerable.Range(0, count).Select(place => (int[])[.. order[..place], count - 1, .. order[place..]]));

    /// <summary>A server with a frozen clock, and sessions that move statement by statement.</summary>
    private sealed class Stage : IAsyncDisposable
    {
        private readonly List<IAsyncDisposable> _owned = [];
        private int _accounts;

        public LedgerDatabase Database { get; private set; } = null!;

        public FrozenClock Clock { get; private set; } = null!;

        public NpgsqlDataSource Control { get; private set; } = null!;

        public ILedgerDoor Direct { get; private set; } = null!;

        public List<Actor> Actors { get; } = [];

        public List<ILedgerDoor> Doors { get; } = [];

        /// <summary>True when sessions remember how they left an account, and may write it without loading it.</summary>
        public bool Remembers { get; private init; }

        public static async Task<Stage> StartAsync(int actors, bool withExecutors = true, bool remember = false)
        {
            var stage = new Stage { Remembers = remember };
            var server = await Servers.StartAsync();
            stage._owned.Add(server);
            stage.Database = stage.Own(await LedgerDatabase.CreateAsync(Provider.PostgreSql, server));
            stage.Control = stage.Own(NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(stage.Database.ConnectionString) { MaxPoolSize = 2 }));
            stage.Clock = await FrozenClock.CreateAsync(stage.Control);
            stage.Direct = new OnExecutor(stage.Own(stage.Database.NewExecutor()));
            for (var index = 0; index < actors; index++)
            {
                var actor = stage.Own(new Actor(server, stage.Database.ConnectionString, remember));
                stage.Actors.Add(actor);
                if (!withExecutors)
                {
                    continue;
                }

                var door = new OnExecutor(stage.Own(new PostgreSqlBatchExecutor(actor.DataSource, () => LedgerRules.None, newMemory: () => new LaneMemory(new StillClock(), mostRest: 0))));
                stage.Doors.Add(door);

                // Its session is opened now, while nobody holds it back.
                await door.ExecuteAsync(new TouchCommand(new AccountId("nobody")), CancellationToken.None);
            }

            return stage;
        }

        public AccountId NextAccount() => new(string.Create(CultureInfo.InvariantCulture, $"account-{_accounts++}"));

        public async ValueTask DisposeAsync()
        {
            foreach (var one in Enumerable.Reverse(_owned))
            {
                await one.DisposeAsync();
            }
        }

        private T Own<T>(T one)
            where T : IAsyncDisposable
        {
            _owned.Add(one);
            return one;
        }
    }

    // Time that stands still, as the database's does.
    private sealed class StillClock : TimeProvider
    {
        public override long GetTimestamp() => 0;
    }
}
