using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace AiCredits.Benchmarks.Ledger;

/// <summary>
/// What a cycle costs as the history grows. The history is written by the server itself in the shape that the ledger leaves
/// (entries, generations, figures that add up; only the hashes are not a chain), on the same accounts that are then measured.
/// </summary>
internal static class GrowthBenchmark
{
    private const int Accounts = 1_000;
    private const int Callers = 100;
    private const int Rounds = 5;

    public static async Task RunAsync(TimeSpan duration, long most)
    {
        var server = await BenchmarkServer.StartAsync().ConfigureAwait(false);
        await using (server.ConfigureAwait(false))
        {
            var sizes = new List<(long Entries, OurLedger Ledger, string Database)>();
            try
            {
                for (var entries = 10_000L; entries <= most; entries *= 10)
                {
                    var database = await server.CreateDatabaseAsync().ConfigureAwait(false);
                    var ours = await OurLedger.StartAsync(database, isWatched: false).ConfigureAwait(false);
                    sizes.Add((entries, ours, database));
                    await ours.GrantAsync(Accounts).ConfigureAwait(false);
                    var start = Stopwatch.GetTimestamp();
                    await FillAsync(database, entries).ConfigureAwait(false);
                    Console.Error.WriteLine($"{Table.Whole(entries)} entries made in {Stopwatch.GetElapsedTime(start).TotalSeconds:0} s");
                }

                await MeasureAsync(sizes, duration / Rounds).ConfigureAwait(false);
            }
            finally
            {
                foreach (var (_, ledger, _) in sizes)
                {
                    await ledger.DisposeAsync().ConfigureAwait(false);
                }
            }
        }
    }

    private static async Task MeasureAsync(List<(long Entries, OurLedger Ledger, string Database)> sizes, TimeSpan duration)
    {
        // In turns, so that what else the machine does meets all sizes alike.
        var measured = sizes.ConvertAll(_ => new List<(double Rate, double Client, double Server)>());
        for (var round = 0; round < Rounds; round++)
        {
            for (var index = 0; index < sizes.Count; index++)
            {
                var ledger = sizes[index].Ledger;
                var cpu = await CpuTime.StartAsync(sizes[index].Database).ConfigureAwait(false);
                var result = await Load.RunAsync(Callers, duration, (_, _) => ledger.CycleAsync(Random.Shared.Next(Accounts))).ConfigureAwait(false);
                var (client, server) = await cpu.PerOperationAsync(result.PerSecond * duration.TotalSeconds * 1.1).ConfigureAwait(false);
                measured[index].Add((result.PerSecond, client, server));
            }
        }

        Table.Heading($"A growing history ({Table.Whole(Accounts)} accounts, {Callers.ToString(CultureInfo.InvariantCulture)} callers)", "entries before", "cycles per second", "processor µs a cycle, client", "server", "time of a cycle beside the smallest");
        var smallest = Median(measured[0].ConvertAll(one => one.Rate));
        for (var index = 0; index < sizes.Count; index++)
        {
            var rate = Median(measured[index].ConvertAll(one => one.Rate));
            Table.Row(
                Table.Whole(sizes[index].Entries),
                Table.Whole(rate),
                Table.Whole(Median(measured[index].ConvertAll(one => one.Client))),
                Table.Whole(Median(measured[index].ConvertAll(one => one.Server))),
                Table.Precise(smallest / rate));
        }
    }

    private static async Task FillAsync(string database, long entries)
    {
        // As bigint: millionths of some thousand credits are beyond an int.
        var cycles = $"{(entries / Accounts / 2).ToString(CultureInfo.InvariantCulture)}::bigint";
        await using var connection = new NpgsqlConnection(database + ";Command Timeout=3600");
        await connection.OpenAsync().ConfigureAwait(false);
        await ExecuteAsync(connection, $"""
            insert into ai_credits_entry (account_id, seq, at, kind, amount, remainder, available_after, held_after, debt_after, request_hash, hold_id, slices, ends_at, model, hash)
            select a.account_id, a.seq + 2 * n - 1 + k, a.last_at + n * 1000 + k, case k when 0 then {(int)AiCredits.Ledger.EntryKind.Hold} else {(int)AiCredits.Ledger.EntryKind.Capture} end,
            1000000, 0, a.available - n * 1000000, case k when 0 then 1000000 else 0 end, 0, 0, md5(a.account_id || n)::uuid, '[[1,1000000]]', case k when 0 then a.last_at + 600000000 end, 'flux-dev', sha256((a.account_id || n || k)::bytea)
            from ai_credits_account a cross join generate_series(1, {cycles}) n cross join generate_series(0, 1) k
            """).ConfigureAwait(false);
        await ExecuteAsync(connection, $"""
            insert into ai_credits_generation (account_id, generation_id, status, outcome, model, count, price, price_version, charged, released, started_at, ended_at, first_seq, last_seq, request_hash, available_after, held_after)
            select a.account_id, md5(a.account_id || n)::uuid, {(int)AiCredits.Ledger.GenerationStatus.Succeeded}, {(int)AiCredits.Ledger.GenerationOutcome.Succeeded}, 'flux-dev', 1, 1000000, '0', 1000000, 0,
            a.last_at + n * 1000, a.last_at + n * 1000 + 1, a.seq + 2 * n - 1, a.seq + 2 * n, 0, a.available - n * 1000000, 0
            from ai_credits_account a cross join generate_series(1, {cycles}) n
            """).ConfigureAwait(false);
        await ExecuteAsync(connection, $"update ai_credits_grant set available = available - {cycles} * 1000000, spent = spent + {cycles} * 1000000").ConfigureAwait(false);
        await ExecuteAsync(connection, $"""
            update ai_credits_account a set available = available - {cycles} * 1000000, spent = spent + {cycles} * 1000000, seq = seq + 2 * {cycles}, last_at = last_at + {cycles} * 1000 + 1,
            chain_head = (select hash from ai_credits_entry e where e.account_id = a.account_id and e.seq = a.seq + 2 * {cycles})
            """).ConfigureAwait(false);
        await ExecuteAsync(connection, "vacuum analyze").ConfigureAwait(false);
        await ExecuteAsync(connection, "checkpoint").ConfigureAwait(false);
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string text)
    {
        await using var command = new NpgsqlCommand(text, connection);
        await command.ExecuteNonQueryAsync().ConfigureAwait(false);
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
