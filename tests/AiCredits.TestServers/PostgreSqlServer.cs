using System.Collections.Concurrent;
using System.Globalization;
using Npgsql;
using Xunit;

namespace AiCredits.TestServers;

/// <summary>
/// A private PostgreSQL server on a free port of 127.0.0.1, made of Debian's package and gone with the tests. One per test assembly:
/// <c>[assembly: AssemblyFixture(typeof(PostgreSqlServer))]</c>, then ask for it in a test class's constructor.
/// </summary>
public sealed class PostgreSqlServer : IAsyncLifetime
{
    private readonly SemaphoreSlim _bouncerGate = new(1, 1);
    private readonly ConcurrentDictionary<string, Lazy<Task>> _templates = new(StringComparer.Ordinal);
    private ServerHome? _home;
    private GuardedServer? _server;
    private PgBouncerServer? _bouncer;
    private string _binaries = "";
    private int _databases;

    /// <summary>Whether commits reach the disk. Off for tests (a killed server loses nothing all the same); on for benchmarks.</summary>
    public bool Fsync { get; init; }

    /// <summary>The most connections at a time.</summary>
    public int MaxConnections { get; init; } = 300;

    /// <summary>Further settings of postgresql.conf, for example <c>("shared_buffers", "512MB")</c>.</summary>
    public IReadOnlyList<(string Name, string Value)> Settings { get; init; } = [];

    public int Port { get; private set; }

    /// <summary>Databases that tests hand on to each other.</summary>
    public ReusableDatabases Reusable { get; } = new();

    /// <summary>The process id of the postmaster.</summary>
    public int ProcessId => Server.Id;

    /// <summary>A connection string for the administrative database.</summary>
    public string AdminConnectionString => ConnectionStringFor("postgres");

    private GuardedServer Server => _server ?? throw new InvalidOperationException("The server is not running.");

    private ServerHome Home => _home ?? throw new InvalidOperationException("The server was not initialized.");

    public async ValueTask InitializeAsync()
    {
        _binaries = FindBinaries();
        _home = await ServerHome.CreateAsync("aicredits-postgresql");
        await ServerHome.RunAsync(
            Path.Combine(_binaries, "initdb"),
            ["-D", _home.File("data"), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync", "--no-instructions"]);
        for (var attempt = 1; ; attempt++)
        {
            Port = FreePort.Next();
            try
            {
                await StartAsync();
                return;
            }
            catch (InvalidOperationException e) when (attempt < 3 && e.Message.Contains("Address already in use", StringComparison.Ordinal))
            {
                // Somebody else was faster to the port.
            }
        }
    }

    /// <summary>Creates an empty database and returns its connection string.</summary>
    public Task<string> CreateDatabaseAsync(CancellationToken cancellationToken = default) => CreateAsync("template1", cancellationToken);

    /// <summary>
    /// Creates a database as <paramref name="prepare"/> makes it and returns its connection string. It is made once for each
    /// name, and copied from then on, which is far faster than to make the same tables again.
    /// </summary>
    public async Task<string> CreateDatabaseAsync(string template, Func<string, Task> prepare, CancellationToken cancellationToken = default)
    {
        await _templates.GetOrAdd(template, name => new Lazy<Task>(async () =>
        {
            await RunAsync($"create database {name}", CancellationToken.None);

            // A database that somebody is connected to can't be copied.
            await prepare(new NpgsqlConnectionStringBuilder(ConnectionStringFor(name)) { Pooling = false }.ConnectionString);
        })).Value;
        return await CreateAsync(template, cancellationToken);
    }

    /// <summary>PgBouncer in front of this server, started when first asked for and ended with it.</summary>
    public async Task<PgBouncerServer> GetPgBouncerAsync(CancellationToken cancellationToken = default)
    {
        await _bouncerGate.WaitAsync(cancellationToken);
        try
        {
            return _bouncer ??= await PgBouncerServer.StartAsync(this);
        }
        finally
        {
            _bouncerGate.Release();
        }
    }

    /// <summary>kill -9 for the postmaster and all its children, as a power cut would look to the clients.</summary>
    public async Task KillAsync()
    {
        await Server.KillAsync();
        _server = null;
    }

    /// <summary>Stops the server in order (fast shutdown).</summary>
    public async Task StopAsync()
    {
        await Server.StopAsync();
        _server = null;
    }

    /// <summary>Starts the server again, on the same port with the same data, after <see cref="KillAsync"/> or <see cref="StopAsync"/>.</summary>
    public async Task StartAsync()
    {
        if (_server is not null)
        {
            throw new InvalidOperationException("The server is running.");
        }

        var settings = new List<(string Name, string Value)>
        {
            ("listen_addresses", "127.0.0.1"),
            ("port", Port.ToString(CultureInfo.InvariantCulture)),
            ("unix_socket_directories", ""),
            ("max_connections", MaxConnections.ToString(CultureInfo.InvariantCulture)),
            ("fsync", Fsync ? "on" : "off"),
            ("full_page_writes", Fsync ? "on" : "off"),
            ("synchronous_commit", "on"),
            ("timezone", "UTC"),
            ("log_min_messages", "warning"),
        };
        settings.AddRange(Settings);
        _server = await GuardedServer.StartAsync(
            Home,
            orderlySignal: "INT",
            immediateSignal: "QUIT",
            Path.Combine(_binaries, "postgres"),
            ["-D", Home.File("data"), .. settings.SelectMany(setting => (string[])["-c", $"{setting.Name}={setting.Value}"])]);
        try
        {
            await WaitUntilReadyAsync(_server, Home, AdminConnectionString);
        }
        catch
        {
            await _server.DisposeAsync();
            _server = null;
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_bouncer is not null)
        {
            await _bouncer.DisposeAsync();
        }

        if (_server is not null)
        {
            await _server.DisposeAsync();
            _server = null;
        }

        if (_home is not null)
        {
            await _home.DeleteAsync();
            _home = null;
        }

        _bouncerGate.Dispose();
    }

    private async Task<string> CreateAsync(string template, CancellationToken cancellationToken)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"test_{Interlocked.Increment(ref _databases)}");
        await RunAsync($"create database {name} template {template}", cancellationToken);
        return ConnectionStringFor(name);
    }

    private async Task RunAsync(string sql, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(AdminConnectionString);
        await connection.OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    internal static async Task WaitUntilReadyAsync(GuardedServer server, ServerHome home, string connectionString)
    {
        var unpooled = new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false, Timeout = 5 }.ConnectionString;
        var giveUp = DateTime.UtcNow.AddSeconds(60);
        while (true)
        {
            try
            {
                await using var connection = new NpgsqlConnection(unpooled);
                await connection.OpenAsync();
                await using var command = new NpgsqlCommand("select 1", connection);
                await command.ExecuteScalarAsync();
                if (server.IsRunning)
                {
                    return;
                }
            }
            catch (Exception e) when (e is NpgsqlException or IOException or TimeoutException)
            {
                // Not yet.
            }

            if (!server.IsRunning || DateTime.UtcNow > giveUp)
            {
                var log = await ServerHome.RunAsync("tail", ["-n", "20", home.File("server.log")]);
                throw new InvalidOperationException($"The server did not start. The end of its log:\n{log}");
            }

            await Task.Delay(20);
        }
    }

    private static string FindBinaries()
    {
        const string root = "/usr/lib/postgresql";
        return (Directory.Exists(root) ? Directory.GetDirectories(root) : [])
            .Where(folder => File.Exists(Path.Combine(folder, "bin", "initdb")))
            .OrderByDescending(folder => double.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var version) ? version : 0)
            .Select(folder => Path.Combine(folder, "bin"))
            .FirstOrDefault() ?? throw new MissingComponentException($"{root}/*/bin/initdb", "postgresql");
    }

    /// <summary>A connection string for a database of this server.</summary>
    public string ConnectionStringFor(string database) => new NpgsqlConnectionStringBuilder
    {
        Host = "127.0.0.1",
        Port = Port,
        Username = "postgres",
        Database = database,
        IncludeErrorDetail = true,
    }.ConnectionString;
}
