using System.Globalization;
using Npgsql;

namespace AiCredits.TestServers;

/// <summary>A private PgBouncer that pools by transaction in front of a <see cref="PostgreSqlServer"/>.</summary>
public sealed class PgBouncerServer : IAsyncDisposable
{
    private const string Program = "/usr/sbin/pgbouncer";

    private readonly ServerHome _home;
    private GuardedServer _server;

    private PgBouncerServer(ServerHome home, GuardedServer server, int port)
    {
        _home = home;
        _server = server;
        Port = port;
    }

    public int Port { get; }

    public static async Task<PgBouncerServer> StartAsync(PostgreSqlServer behind)
    {
        if (!File.Exists(Program))
        {
            throw new MissingComponentException(Program, "pgbouncer");
        }

        var home = await ServerHome.CreateAsync("aicredits-pgbouncer");
        try
        {
            await home.WriteAsync("users.txt", "\"postgres\" \"\"\n");
            for (var attempt = 1; ; attempt++)
            {
                var port = FreePort.Next();
                await home.WriteAsync("pgbouncer.ini", Configuration(home, behind.Port, port));
                var server = await GuardedServer.StartAsync(home, "TERM", "TERM", Program, home.File("pgbouncer.ini"));
                try
                {
                    await PostgreSqlServer.WaitUntilReadyAsync(server, home, Redirect(behind.AdminConnectionString, port));
                    return new PgBouncerServer(home, server, port);
                }
                catch (InvalidOperationException) when (attempt < 3)
                {
                    await server.DisposeAsync();
                }
                catch
                {
                    await server.DisposeAsync();
                    throw;
                }
            }
        }
        catch
        {
            await home.DeleteAsync();
            throw;
        }
    }

    /// <summary>The same database, reached through PgBouncer.</summary>
    public string ConnectionStringFor(string postgreSqlConnectionString) => Redirect(postgreSqlConnectionString, Port);

    /// <summary>kill -9, and a new one on the same port.</summary>
    public async Task RestartAsync(PostgreSqlServer behind)
    {
        await _server.KillAsync();
        _server = await GuardedServer.StartAsync(_home, "TERM", "TERM", Program, _home.File("pgbouncer.ini"));
        await PostgreSqlServer.WaitUntilReadyAsync(_server, _home, Redirect(behind.AdminConnectionString, Port));
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _home.DeleteAsync();
    }

    // A reset on close and prepared statements belong to a session, and here each transaction may get another one.
    private static string Redirect(string connectionString, int port) =>
        new NpgsqlConnectionStringBuilder(connectionString) { Port = port, NoResetOnClose = true, MaxAutoPrepare = 0 }.ConnectionString;

    private static string Configuration(ServerHome home, int postgreSqlPort, int port) => string.Create(
        CultureInfo.InvariantCulture,
        $"""
        [databases]
        * = host=127.0.0.1 port={postgreSqlPort}
        [pgbouncer]
        listen_addr = 127.0.0.1
        listen_port = {port}
        unix_socket_dir =
        auth_type = trust
        auth_file = {home.File("users.txt")}
        pool_mode = transaction
        default_pool_size = 20
        max_client_conn = 1000
        server_login_retry = 1
        ignore_startup_parameters = extra_float_digits

        """);
}
