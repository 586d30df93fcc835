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

    public static async Task RunAsync(TimeSpan duration)
    {
        var server = new PostgreSqlServer { Fsync = true, MaxConnections = 600, Settings = [("shared_buffers", "512MB"), ("max_wal_size", "4GB")] };
        await server.InitializeAsync().ConfigureAwait(false);
        await using (server.ConfigureAwait(false))
        {
            foreach (var accounts in new[] { 1, ManyAccounts })
            {
                await CompareAsync(server, accounts, duration).ConfigureAwait(false);
            }

            await LatencyAsync(server, duration).ConfigureAwait(false);
        }
    }

    private static async Task CompareAsync(PostgreSqlServer server, int accounts, TimeSpan duration)
    {
        Console.WriteLine();
        Console.WriteLine(accounts == 1 ? "### One hot account" : $"### {accounts.ToString("N0", CultureInfo.InvariantCulture)} accounts");
        Console.WriteLine();
        Console.WriteLine("| cycles of hold + capture | callers | per second | median ms | p99 ms |");
        Console.WriteLine("| --- | --- | --- | --- | --- |");

        var ef = new PlainEf(await server.CreateDatabaseAsync().ConfigureAwait(false) + ";Maximum Pool Size=64");
        await ef.CreateAsync(accounts).ConfigureAwait(false);
        Measured? bestEf = null;
        Measured? efAt32 = null;
        foreach (var callers in new[] { 1, 4, 16, 32 })
        {
            var measured = await Load.RunAsync(callers, duration, (_, _) => ef.CycleAsync($"user-{Random.Shared.Next(accounts)}")).ConfigureAwait(false);
            Print("plain EF Core", measured);
            bestEf = bestEf is null || measured.PerSecond > bestEf.PerSecond ? measured : bestEf;
            efAt32 = callers == 32 ? measured : efAt32;
        }

        var pgBench = new PgBench(await server.CreateDatabaseAsync().ConfigureAwait(false));
        await pgBench.CreateAsync(accounts).ConfigureAwait(false);
        Measured? bestBare = null;
        foreach (var clients in new[] { 1, 4, 16, 32 })
        {
            var measured = await pgBench.RunAsync(clients, accounts, duration).ConfigureAwait(false);
            Print("pgbench, two bare transactions", measured);
            bestBare = bestBare is null || measured.PerSecond > bestBare.PerSecond ? measured : bestBare;
        }

        var ours = await OurLedger.StartAsync(await server.CreateDatabaseAsync().ConfigureAwait(false)).ConfigureAwait(false);
        await using (ours.ConfigureAwait(false))
        {
            await ours.GrantAsync(accounts).ConfigureAwait(false);
            Measured? oursAt32 = null;
            Measured? oursAt500 = null;
            foreach (var callers in new[] { 1, 32, 500 })
            {
                var measured = await Load.RunAsync(callers, duration, (_, _) => ours.CycleAsync(Random.Shared.Next(accounts))).ConfigureAwait(false);
                Print("AiCredits", measured);
                oursAt32 = callers == 32 ? measured : oursAt32;
                oursAt500 = callers == 500 ? measured : oursAt500;
            }

            Console.WriteLine();
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"500 callers: {oursAt500!.PerSecond / bestEf!.PerSecond:0.0} times plain EF at its best, {oursAt500.PerSecond / bestBare!.PerSecond:0.0} times pgbench at its best. 32 callers: {oursAt32!.PerSecond / efAt32!.PerSecond:0.0} times plain EF, p99 {oursAt32.P99 / efAt32.P99:0.00} of its."));
        }
    }

    private static async Task LatencyAsync(PostgreSqlServer server, TimeSpan duration)
    {
        Console.WriteLine();
        Console.WriteLine("### One caller");
        Console.WriteLine();
        Console.WriteLine("| one operation | callers | per second | median ms | p99 ms |");
        Console.WriteLine("| --- | --- | --- | --- | --- |");
        var database = await server.CreateDatabaseAsync().ConfigureAwait(false);
        await using var dataSource = NpgsqlDataSource.Create(database);
        await using (var create = dataSource.CreateCommand("create table one (id int primary key, value bigint not null); insert into one values (1, 0)"))
        {
            await create.ExecuteNonQueryAsync().ConfigureAwait(false);
        }

        var bare = await Load.RunAsync(1, duration, async (_, token) =>
        {
            await using var update = dataSource.CreateCommand("update one set value = value + 1 where id = 1");
            await update.ExecuteNonQueryAsync(token).ConfigureAwait(false);
        }).ConfigureAwait(false);
        Print("one bare Npgsql statement that commits", bare);

        var ours = await OurLedger.StartAsync(database).ConfigureAwait(false);
        await using (ours.ConfigureAwait(false))
        {
            await ours.GrantAsync(1).ConfigureAwait(false);
            var hold = await Load.RunAsync(1, duration, (_, _) => ours.HoldAsync(0)).ConfigureAwait(false);
            Print("AiCredits hold", hold);
            Console.WriteLine();
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"A hold takes {hold.Median / bare.Median:0.00} times one bare statement (median)."));
        }
    }

    private static void Print(string what, Measured measured) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"| {what} | {measured.Callers} | {measured.PerSecond:N0} | {measured.Median:0.00} | {(double.IsNaN(measured.P99) ? "" : measured.P99.ToString("0.00", CultureInfo.InvariantCulture))} |"));
}
