using System.Globalization;
using AiCredits.Conformance;
using AiCredits.EntityFramework.Ledger;
using AiCredits.Integrity;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace AiCredits.Reliability.Scenarios;

internal sealed class TamperScenario : Scenario
{
    /// <summary>The cells that no figure depends on, as docs/integrity.md has them: a change of them is not found.</summary>
    internal static readonly string[] Unproved =
    [
        "ai_credits_account.low",
        "ai_credits_generation.error",
        "ai_credits_generation.outcome",
        "ai_credits_generation.price_version",
        "ai_credits_generation.prompt",
        "ai_credits_generation.prompt_expires_at",
        "ai_credits_generation.provider_cost",
        "ai_credits_generation.provider_currency",
        "ai_credits_generation.provider_request_id",
        "ai_credits_hold.price_version",
        "ai_credits_hold.prompt",
        "ai_credits_hold.prompt_expires_at",
    ];

    // An earlier time than needed does no harm; that a later one is found is a test of its own.
    private const string NextLook = "ai_credits_account.next_due";

    // The tables that the check covers, and what numbers the rows of an account.
    private static readonly Dictionary<string, string> Keys = new(StringComparer.Ordinal)
    {
        ["ai_credits_account"] = "account_id",
        ["ai_credits_grant"] = "grant_id",
        ["ai_credits_hold"] = "hold_id",
        ["ai_credits_entry"] = "seq",
        ["ai_credits_generation"] = "generation_id",
    };

    private static readonly DateTime Start = new(2026, 11, 1, 12, 0, 0, DateTimeKind.Utc);
    private static readonly string[] Tables = [.. Keys.Keys];

    public override string Name => "tampering";

    public override string What => "a superuser past the triggers changes one cell, removes or adds a row, cuts off the end of a history, or puts an account back as an older backup had it: the full check or the signed checkpoint finds it, and finds nothing once it is undone";

    public override string NaiveShape => "a check that only adds up the figures";

    public override int Weight => 4;

    public override async Task RunAsync(Run run)
    {
        await using var bench = await Bench.StartAsync(run.Seed, accounts: run.IsSlice ? 6 : 40);
        await bench.ExpectCleanAsync(run, "before anything was changed");
        for (var round = 0; run.GoesOn(round, slice: 120); round++)
        {
            var random = new Random(run.SeedOf(round));
            var account = bench.Accounts[random.Next(bench.Accounts.Count)];
            if (await bench.TamperAsync(random, account) is not { } what)
            {
                continue;
            }

            run.Count("changes");
            run.Count($"of {what.Kind}");
            if (!await bench.IsFoundAsync(account))
            {
                run.Fail($"{what.Text} of {account} was not found");
            }

            await bench.UndoAsync(account);
            if (round % 20 == 0 && await bench.IsFoundAsync(account))
            {
                run.Fail($"a false alarm on {account}, after {what.Text} was undone");
            }
        }

        await bench.ExpectCleanAsync(run, "after all was undone");
    }

    public override async Task<string?> BreakNaiveShapeAsync(Run run)
    {
        await using var bench = await Bench.StartAsync(run.Seed, accounts: 4);
        var (tried, missed) = (0, 0);
        var random = new Random(run.Seed);
        while (tried < 60)
        {
            var account = bench.Accounts[random.Next(bench.Accounts.Count)];
            if (await bench.TamperAsync(random, account) is not null)
            {
                tried++;
                missed += await bench.AddsUpAsync(account) ? 1 : 0;
                await bench.UndoAsync(account);
            }
        }

        return missed > 0 ? $"{missed} of {tried} changes missed" : null;
    }

    private sealed class Bench : IAsyncDisposable
    {
        private readonly List<IAsyncDisposable> _owned = [];
        private readonly CheckpointKey _key = CheckpointKey.FromSecret("a secret of more than thirty-two bytes"u8);
        private readonly Dictionary<string, List<(string Name, string Type)>> _columns = new(StringComparer.Ordinal);
        private byte[] _checkpoint = [];
        private NpgsqlDataSource _superuser = null!;
        private IntegrityCheck _check = null!;
        private LedgerCheckpoints _checkpoints = null!;

        public List<AccountId> Accounts { get; } = [];

        public static async Task<Bench> StartAsync(int seed, int accounts)
        {
            var bench = new Bench();
            var server = await Servers.StartAsync();
            bench._owned.Add(server);
            var database = await LedgerDatabase.CreateAsync(Provider.PostgreSql, server);
            bench._owned.Add(database);
            bench._superuser = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(database.ConnectionString) { MaxPoolSize = 2, Options = "-c session_replication_role=replica" });
            bench._owned.Add(bench._superuser);
            var clock = await FrozenClock.CreateAsync(bench._superuser);
            var writer = new OnWriter(database.NewWriter());
            var streams = Enumerable.Range(0, accounts).Select(number =>
            {
                var account = new AccountId(string.Create(CultureInfo.InvariantCulture, $"account-{number}"));
                bench.Accounts.Add(account);
                return new CommandStream(seed + number, account, Start);
            }).ToList();
            await LiveAsync(streams, writer, clock, commands: 60);
            await bench.CopyAsync("earlier");
            await LiveAsync(streams, writer, clock, commands: 60);
            await bench.CopyAsync("now");

            var services = new ServiceCollection().AddLogging();
            services.AddAiCreditsCore().UsePostgreSql(database.ConnectionString);
            var provider = services.BuildServiceProvider();
            bench._owned.Add(provider);
            var archive = provider.GetRequiredService<ILedgerArchive>();
            bench._check = new IntegrityCheck(archive);
            bench._checkpoints = new LedgerCheckpoints(archive, TimeProvider.System);
            using var checkpoint = new MemoryStream();
            await bench._checkpoints.WriteAsync(checkpoint, bench._key);
            bench._checkpoint = checkpoint.ToArray();
            foreach (var table in Tables)
            {
                bench._columns[table] = await bench.ReadColumnsAsync(table);
            }

            return bench;
        }

        /// <summary>Changes something; null when the database itself refused, or there was nothing to change.</summary>
        public async Task<(string Kind, string Text)?> TamperAsync(Random random, AccountId account)
        {
            var table = Tables[random.Next(Tables.Length)];
            var count = await CountAsync(table, account);
            if (count == 0)
            {
                return null;
            }

            var row = $"ctid = (select ctid from {table} where account_id = '{account}' order by {Keys[table]} offset {random.Next(count)} limit 1)";
            var (kind, text, sql) = random.Next(10) switch
            {
                < 6 => Cell(random, table, row),
                6 when table != "ai_credits_account" => ("removed rows", $"removing a row of {table}", $"delete from {table} where {row}"),
                7 => ("histories cut off", "cutting off the last entries", $"delete from ai_credits_entry where account_id = '{account}' and seq > (select max(seq) - {random.Next(1, 5)} from ai_credits_entry where account_id = '{account}')"),
                8 => ("added rows", "adding an entry", Added(random, account)),
                _ => ("old backups", "putting an older backup back", Restore("earlier", account)),
            };
            return await TryRunAsync(sql) ? (kind, text) : null;
        }

        public async Task<bool> IsFoundAsync(AccountId account)
        {
            if ((await _check.RunAsync(account)).Faults.Count > 0)
            {
                return true;
            }

            using var checkpoint = new MemoryStream(_checkpoint);
            return !(await _checkpoints.VerifyAsync(checkpoint, _key)).IsClean;
        }

        /// <summary>What the naive check says.</summary>
        public async Task<bool> AddsUpAsync(AccountId account)
        {
            await using var check = _superuser.CreateCommand($"""
                select issued = available + held + spent + expired + revoked
                  and available = (select coalesce(sum(available), 0) from ai_credits_grant where account_id = account.account_id)
                  and held = (select coalesce(sum(amount), 0) from ai_credits_hold where account_id = account.account_id)
                from ai_credits_account as account where account_id = '{account}'
                """);
            return await check.ExecuteScalarAsync() is true;
        }

        public async Task UndoAsync(AccountId account)
        {
            if (!await TryRunAsync(Restore("now", account)))
            {
                throw new InvalidOperationException("The rows could not be put back.");
            }
        }

        public async Task ExpectCleanAsync(Run run, string when)
        {
            var report = await _check.RunAsync();
            using var checkpoint = new MemoryStream(_checkpoint);
            var compared = await _checkpoints.VerifyAsync(checkpoint, _key);
            foreach (var fault in report.Faults.Concat(compared.Faults))
            {
                run.Fail($"a false alarm {when}: {fault}");
            }

            if (report.Accounts != Accounts.Count || !compared.IsClean)
            {
                run.Fail($"{when}: {report.Accounts} accounts were checked; the checkpoint is {compared}");
            }
        }

        public async ValueTask DisposeAsync()
        {
            foreach (var one in Enumerable.Reverse(_owned))
            {
                await one.DisposeAsync();
            }
        }

        private static async Task LiveAsync(List<CommandStream> streams, OnWriter writer, FrozenClock clock, int commands)
        {
            for (var turn = 0; turn < commands; turn++)
            {
                var next = streams.ConvertAll(stream => (Stream: stream, Command: stream.Next()));
                await clock.SetAsync(streams.Max(stream => stream.Now));
                await Task.WhenAll(next.Select(async one => one.Stream.Saw(await AnyCommand.ExecuteAsync(writer, one.Command, CancellationToken.None))));
            }
        }

        private static string Restore(string copy, AccountId account) => string.Join(
            ';',
            Tables.Select(table => $"delete from {table} where account_id = '{account}' or account_id = '{account}x'; insert into {table} select * from {copy}.{table} where account_id = '{account}'"));

        private static string Added(Random random, AccountId account) => random.Next(2) == 0
            ? $"insert into ai_credits_entry select (jsonb_populate_record(entry, jsonb_build_object('seq', seq + 1, 'key', null))).* from ai_credits_entry as entry where account_id = '{account}' order by seq desc limit 1"
            : $"insert into ai_credits_grant select (jsonb_populate_record(known, jsonb_build_object('grant_id', grant_id + 1000))).* from ai_credits_grant as known where account_id = '{account}' limit 1";

        private (string Kind, string Text, string Sql) Cell(Random random, string table, string row)
        {
            var columns = _columns[table];
            var (name, type) = columns[random.Next(columns.Count)];
            var value = type switch
            {
                "bigint" or "integer" => $"coalesce({name}, 0) + 1",
                "boolean" => $"not coalesce({name}, false)",
                "text" or "character varying" => $"coalesce({name}, '') || 'x'",
                "uuid" => "gen_random_uuid()",
                "bytea" => $"set_byte({name}, 7, get_byte({name}, 7) # 1)",
                _ => throw new NotSupportedException($"The scenario doesn't know how to change a {type}."),
            };
            return ("cells", $"changing {table}.{name}", $"update {table} set {name} = {value} where {row}");
        }

        private async Task CopyAsync(string copy) => await TryRunAsync($"create schema {copy};" + string.Join(';', Tables.Select(table => $"create table {copy}.{table} as select * from {table}; create index on {copy}.{table} (account_id)")));

        private async Task<int> CountAsync(string table, AccountId account)
        {
            await using var count = _superuser.CreateCommand($"select count(*)::int from {table} where account_id = '{account}'");
            return (int)(await count.ExecuteScalarAsync())!;
        }

        private async Task<List<(string Name, string Type)>> ReadColumnsAsync(string table)
        {
            // The key of an account's row is the question itself, not part of the answer.
            await using var ask = _superuser.CreateCommand($"select column_name, data_type from information_schema.columns where table_schema = 'public' and table_name = '{table}' and (table_name <> 'ai_credits_account' or column_name <> 'account_id') order by ordinal_position");
            await using var reader = await ask.ExecuteReaderAsync();
            var columns = new List<(string Name, string Type)>();
            while (await reader.ReadAsync())
            {
                var cell = $"{table}.{reader.GetString(0)}";
                if (cell != NextLook && !Unproved.Contains(cell))
                {
                    columns.Add((reader.GetString(0), reader.GetString(1)));
                }
            }

            return columns;
        }

        // In one transaction; the sessions run no trigger. False when a constraint of the database refused it.
        private async Task<bool> TryRunAsync(string sql)
        {
            try
            {
                await using var command = _superuser.CreateCommand(sql);
                return await command.ExecuteNonQueryAsync() != 0;
            }
            catch (PostgresException exception) when (exception.SqlState[..2] == "23")
            {
                return false;
            }
        }
    }
}
