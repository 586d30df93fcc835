using AiCredits.TestServers;

namespace AiCredits.Reliability;

/// <summary>A private PostgreSQL for one scenario.</summary>
internal static class Servers
{
    public static async Task<PostgreSqlServer> StartAsync(bool fsync = false, params (string, string)[] settings)
    {
        var server = new PostgreSqlServer { Fsync = fsync, Settings = settings };
        try
        {
            await server.InitializeAsync();
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }
}
