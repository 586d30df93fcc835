using AiCredits.TestServers;

namespace AiCredits.Benchmarks.Ledger;

/// <summary>A private PostgreSQL as one would run it: fsync and synchronous_commit on.</summary>
internal static class BenchmarkServer
{
    public static async Task<PostgreSqlServer> StartAsync()
    {
        var server = new PostgreSqlServer { Fsync = true, MaxConnections = 600, Settings = [("shared_buffers", "512MB"), ("max_wal_size", "4GB")] };
        await server.InitializeAsync().ConfigureAwait(false);
        return server;
    }
}
