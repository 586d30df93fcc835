using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace AiCredits.Benchmarks.Ledger;

/// <summary>The same load for a long time: latency and memory must stay as they were.</summary>
internal static class SoakBenchmark
{
    private const int Accounts = 1_000;
    private const int Callers = 64;

    public static async Task RunAsync(int minutes)
    {
        var server = await BenchmarkServer.StartAsync().ConfigureAwait(false);
        await using (server.ConfigureAwait(false))
        {
            var database = await server.CreateDatabaseAsync().ConfigureAwait(false);
            var ours = await OurLedger.StartAsync(database).ConfigureAwait(false);
            await using (ours.ConfigureAwait(false))
            {
                await ours.GrantAsync(Accounts).ConfigureAwait(false);
                Table.Heading(
                    $"Soak ({Table.Whole(Accounts)} accounts, {Callers.ToString(CultureInfo.InvariantCulture)} callers)",
                    "minute", "cycles per second", "median ms", "p99 ms", "managed heap MB", "working set MB", "rows updated in place");
                for (var minute = 1; minute <= minutes; minute++)
                {
                    var measured = await Load.RunAsync(Callers, TimeSpan.FromMinutes(1 / 1.1), (_, _) => ours.CycleAsync(Random.Shared.Next(Accounts))).ConfigureAwait(false);
                    // What the last answers have left behind is not what is kept.
                    await Task.Delay(TimeSpan.FromSeconds(2)).ConfigureAwait(false);
                    Table.Row(
                        minute.ToString(CultureInfo.InvariantCulture),
                        Table.Whole(measured.PerSecond),
                        Table.Precise(measured.Median),
                        Table.Precise(measured.P99),
                        Table.Precise(GC.GetTotalMemory(forceFullCollection: true) / 1e6),
                        Table.Precise(Process.GetCurrentProcess().WorkingSet64 / 1e6),
                        await HotShareAsync(database).ConfigureAwait(false));
                }
            }
        }
    }

    private static async Task<string> HotShareAsync(string database)
    {
        await using var connection = new NpgsqlConnection(database);
        await connection.OpenAsync().ConfigureAwait(false);
        await using var command = new NpgsqlCommand("select sum(n_tup_hot_upd)::float8 / nullif(sum(n_tup_upd), 0) from pg_stat_user_tables where relname in ('ai_credits_account', 'ai_credits_grant')", connection);
        return await command.ExecuteScalarAsync().ConfigureAwait(false) is double share ? share.ToString("P1", CultureInfo.InvariantCulture) : "";
    }
}
