using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace AiCredits.Benchmarks.Ledger;

/// <summary>
/// Processor time of this process and of the sessions on a database. It depends far less than the clock on what else the
/// machine does. Linux only; nothing where /proc is missing.
/// </summary>
internal sealed class CpuTime
{
    private const double TicksPerSecond = 100;
    private readonly string connectionString;
    private readonly TimeSpan clientBefore;
    private readonly double serverBefore;

    private CpuTime(string connectionString, double server)
    {
        this.connectionString = connectionString;
        clientBefore = Process.GetCurrentProcess().TotalProcessorTime;
        serverBefore = server;
    }

    public static async Task<CpuTime> StartAsync(string connectionString) => new(connectionString, await ServerAsync(connectionString).ConfigureAwait(false));

    /// <summary>Microseconds per operation since the start, of this process and of the server's sessions.</summary>
    public async Task<(double Client, double Server)> PerOperationAsync(double operations)
    {
        var client = (Process.GetCurrentProcess().TotalProcessorTime - clientBefore).TotalSeconds;
        var server = await ServerAsync(connectionString).ConfigureAwait(false) - serverBefore;
        return (client * 1e6 / operations, server * 1e6 / operations);
    }

    private static async Task<double> ServerAsync(string connectionString)
    {
        // A session of its own, so that it ends with this and counts on neither side.
        await using var connection = new NpgsqlConnection(connectionString + ";Pooling=false");
        await connection.OpenAsync().ConfigureAwait(false);
        await using var command = new NpgsqlCommand("select array_agg(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()", connection);
        return await command.ExecuteScalarAsync().ConfigureAwait(false) is int[] sessions ? sessions.Sum(Seconds) : 0;
    }

    private static double Seconds(int process)
    {
        var file = $"/proc/{process.ToString(CultureInfo.InvariantCulture)}/stat";
        if (!File.Exists(file))
        {
            return 0;
        }

        // After the name in brackets: state is the first field, utime the 12th, stime the 13th.
        var text = File.ReadAllText(file);
        var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
        return (double.Parse(fields[11], CultureInfo.InvariantCulture) + double.Parse(fields[12], CultureInfo.InvariantCulture)) / TicksPerSecond;
    }
}
