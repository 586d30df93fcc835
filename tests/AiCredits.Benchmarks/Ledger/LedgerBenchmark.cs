using System.Globalization;
using AiCredits.TestServers;
using Npgsql;

namespace AiCredits.Benchmarks.Ledger;

/// <summary>
/// Hold and capture on a private PostgreSQL with fsync and synchronous_commit on, beside what its users would write
/// themselves, all in one run on one machine. Only the ratios carry over to another machine.
/// </summary>
internal static class LedgerBenchmark
{
    private const int ManyAccounts = 10_000;

    // More than are held on to while the benchmark runs.
    private const int OtherAccounts = 50_000;

    public static async Task RunAsync(TimeSpan duration)
    {
        var server = await BenchmarkServer.StartAsync().ConfigureAwait(false);
        await using (server.ConfigureAwait(false))
        {
            foreach (var accounts in new[] { 1, ManyAccounts })
            {
                await CompareAsync(server, accounts, duration).ConfigureAwait(false);
            }

            await LatencyAsync(server, duration).ConfigureAwait(false);
        }
    }

    public static async Task RunLatencyAsync(TimeSpan duration)
    {
        var server = await BenchmarkServer.StartAsync().ConfigureAwait(false);
        await using (server.ConfigureAwait(false))
        {
            await LatencyAsync(server, duration).ConfigureAwait(false);
        }
    }

    private static async Task CompareAsync(PostgreSqlServer server, int accounts, TimeSpan duration)
    {
        Table.Heading(
            accounts == 1 ? "One hot account" : $"{Table.Whole(accounts)} accounts",
            "cycles of hold + capture", "callers", "per second", "median ms", "p99 ms", "processor µs a cycle, client", "server");

        var efDatabase = await server.CreateDatabaseAsync().ConfigureAwait(false);
        var ef = new PlainEf(efDatabase + ";Maximum Pool Size=64");
        await ef.CreateAsync(accounts).ConfigureAwait(false);
        Measured? bestEf = null;
        Measured? efAt32 = null;
        foreach (var callers in new[] { 1, 4, 16, 32 })
        {
            var measured = await MeasureAsync("plain EF Core", efDatabase, callers, duration, () => ef.CycleAsync($"user-{Random.Shared.Next(accounts)}")).ConfigureAwait(false);
            bestEf = bestEf is null || measured.PerSecond > bestEf.PerSecond ? measured : bestEf;
            efAt32 = callers == 32 ? measured : efAt32;
        }

        var pgBench = new PgBench(await server.CreateDatabaseAsync().ConfigureAwait(false));
        await pgBench.CreateAsync(accounts).ConfigureAwait(false);
        Measured? bestBare = null;
        foreach (var clients in new[] { 1, 4, 16, 32 })
        {
            var measured = await pgBench.RunAsync(clients, accounts, duration).ConfigureAwait(false);
            Print("pgbench, two bare transactions", measured, "", "");
            bestBare = bestBare is null || measured.PerSecond > bestBare.PerSecond ? measured : bestBare;
        }

        var oursDatabase = await server.CreateDatabaseAsync().ConfigureAwait(false);
        var ours = await OurLedger.StartAsync(oursDatabase).ConfigureAwait(false);
        await using (ours.ConfigureAwait(false))
        {
            await ours.GrantAsync(accounts).ConfigureAwait(false);
            Measured? oursAt32 = null;
            Measured? oursAt500 = null;
            foreach (var callers in new[] { 1, 32, 500 })
            {
                var measured = await MeasureAsync("AiCredits", oursDatabase, callers, duration, () => ours.CycleAsync(Random.Shared.Next(accounts))).ConfigureAwait(false);
                oursAt32 = callers == 32 ? measured : oursAt32;
                oursAt500 = callers == 500 ? measured : oursAt500;
            }

            Table.Text(string.Create(CultureInfo.InvariantCulture, $"500 callers: {oursAt500!.PerSecond / bestEf!.PerSecond:0.0} times plain EF at its best, {oursAt500.PerSecond / bestBare!.PerSecond:0.0} times pgbench at its best. 32 callers: {oursAt32!.PerSecond / efAt32!.PerSecond:0.0} times plain EF, p99 {oursAt32.P99 / efAt32.P99:0.00} of its."));
        }
    }

    private static async Task<Measured> MeasureAsync(string what, string database, int callers, TimeSpan duration, Func<Task> cycle)
    {
        await cycle().ConfigureAwait(false);
        var cpu = await CpuTime.StartAsync(database).ConfigureAwait(false);
        var measured = await Load.RunAsync(callers, duration, (_, _) => cycle()).ConfigureAwait(false);
        var (client, server) = await cpu.PerOperationAsync(measured.PerSecond * duration.TotalSeconds * 1.1).ConfigureAwait(false);
        Print(what, measured, Table.Whole(client), Table.Whole(server));
        return measured;
    }

    private static async Task LatencyAsync(PostgreSqlServer server, TimeSpan duration)
    {
        Table.Heading("One caller", "one operation", "callers", "per second", "median ms", "p99 ms");
        var database = await server.CreateDatabaseAsync().ConfigureAwait(false);
        await using var dataSource = NpgsqlDataSource.Create(database);
        await using (var create = dataSource.CreateCommand("create table one (id int primary key, value bigint not null); insert into one values (1, 0)"))
        {
            await create.ExecuteNonQueryAsync().ConfigureAwait(false);
        }

        var ours = await OurLedger.StartAsync(database).ConfigureAwait(false);
        await using (ours.ConfigureAwait(false))
        {
            await ours.GrantAsync(OtherAccounts).ConfigureAwait(false);
            var next = 0;
            var measured = await Load.RunInTurnsAsync(
                duration,
                async () =>
                {
                    await using var update = dataSource.CreateCommand("update one set value = value + 1 where id = 1");
                    await update.ExecuteNonQueryAsync().ConfigureAwait(false);
                },
                () => ours.HoldAsync(0),
                () => ours.HoldAsync(1 + (next++ % (OtherAccounts - 1)))).ConfigureAwait(false);
            Print("one bare Npgsql statement that commits", measured[0]);
            Print("AiCredits hold, account written by this instance before", measured[1]);
            Print("AiCredits hold, other accounts", measured[2]);
            Table.Text(string.Create(CultureInfo.InvariantCulture, $"A hold takes {measured[1].Median / measured[0].Median:0.00} times one bare statement (median), on other accounts {measured[2].Median / measured[0].Median:0.00} times."));
        }
    }

    private static void Print(string what, Measured measured, params string[] more) => Table.Row(
        [what, measured.Callers.ToString(CultureInfo.InvariantCulture), Table.Whole(measured.PerSecond), Table.Precise(measured.Median), Table.Precise(measured.P99), .. more]);
}
