using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Npgsql;

namespace AiCredits.Benchmarks.Ledger;

/// <summary>PostgreSQL's own load generator doing the same two steps as two bare SQL transactions: reserve, then settle.</summary>
internal sealed partial class PgBench(string connectionString)
{
    private const string Schema = """
        create table bare_account (id bigint primary key, available bigint not null check (available >= 0), held bigint not null check (held >= 0));
        create table bare_generation (id bigint generated always as identity primary key, account_id bigint not null, amount bigint not null, status int not null, started_at timestamptz not null, ended_at timestamptz);
        create table bare_entry (id bigint generated always as identity primary key, account_id bigint not null, kind int not null, amount bigint not null, balance_after bigint not null, generation_id bigint not null, at timestamptz not null);
        """;

    private const string Cycle = """
        \set account random(0, :accounts - 1)
        begin;
        update bare_account set available = available - 1000000, held = held + 1000000 where id = :account and available >= 1000000 returning available as left \gset
        insert into bare_generation (account_id, amount, status, started_at) values (:account, 1000000, 1, clock_timestamp()) returning id as generation \gset
        insert into bare_entry (account_id, kind, amount, balance_after, generation_id, at) values (:account, 2, 1000000, :left, :generation, clock_timestamp());
        commit;
        begin;
        update bare_account set held = held - 1000000 where id = :account returning available as left \gset
        update bare_generation set status = 2, ended_at = clock_timestamp() where id = :generation;
        insert into bare_entry (account_id, kind, amount, balance_after, generation_id, at) values (:account, 3, 1000000, :left, :generation, clock_timestamp());
        commit;
        """;

    public async Task CreateAsync(int accounts)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync().ConfigureAwait(false);
        await using var command = new NpgsqlCommand($"{Schema} insert into bare_account select n, 1000000000000, 0 from generate_series(0, {accounts.ToString(CultureInfo.InvariantCulture)} - 1) n;", connection);
        await command.ExecuteNonQueryAsync().ConfigureAwait(false);
    }

    public async Task<Measured> RunAsync(int clients, int accounts, TimeSpan duration)
    {
        var script = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(script, Cycle).ConfigureAwait(false);
            var target = new NpgsqlConnectionStringBuilder(connectionString);
            var start = new ProcessStartInfo(Find())
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };
            string[] arguments =
            [
                "-h", target.Host!, "-p", target.Port.ToString(CultureInfo.InvariantCulture), "-U", target.Username!,
                "-n", "-M", "simple", "-f", script, "-D", $"accounts={accounts.ToString(CultureInfo.InvariantCulture)}",
                "-c", clients.ToString(CultureInfo.InvariantCulture), "-j", "2", "-T", ((int)Math.Ceiling(duration.TotalSeconds)).ToString(CultureInfo.InvariantCulture),
                target.Database!,
            ];
            foreach (var argument in arguments)
            {
                start.ArgumentList.Add(argument);
            }

            using var process = Process.Start(start)!;
            var output = process.StandardOutput.ReadToEndAsync();
            var errors = process.StandardError.ReadToEndAsync();
            await process.WaitForExitAsync().ConfigureAwait(false);
            var rate = Rate().Match(await output.ConfigureAwait(false));
            if (!rate.Success)
            {
                throw new InvalidOperationException($"pgbench gave no figure: {await errors.ConfigureAwait(false)}");
            }

            var latency = Latency().Match(await output.ConfigureAwait(false));
            return new Measured(clients, double.Parse(rate.Groups[1].Value, CultureInfo.InvariantCulture), double.Parse(latency.Groups[1].Value, CultureInfo.InvariantCulture), double.NaN);
        }
        finally
        {
            File.Delete(script);
        }
    }

    private static string Find() =>
        Directory.GetDirectories("/usr/lib/postgresql").Order(StringComparer.Ordinal).Select(version => Path.Combine(version, "bin", "pgbench")).LastOrDefault(File.Exists)
        ?? throw new InvalidOperationException("pgbench is missing. Install Debian's package postgresql.");

    [GeneratedRegex(@"tps = ([\d.]+)")]
    private static partial Regex Rate();

    [GeneratedRegex(@"latency average = ([\d.]+) ms")]
    private static partial Regex Latency();
}
