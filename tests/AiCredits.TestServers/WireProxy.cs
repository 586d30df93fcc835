using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace AiCredits.TestServers;

/// <summary>Stands between a client and PostgreSQL on 127.0.0.1. What it does to the bytes is up to the derived class.</summary>
public abstract class WireProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly int _serverPort;
    private readonly Task _loop;

    /// <param name="serverPort">The port of the server.</param>
    protected WireProxy(int serverPort)
    {
        _serverPort = serverPort;
        _listener.Start();
        _loop = AcceptAsync();
    }

    /// <summary>The same database, reached through the proxy.</summary>
    public string ConnectionStringFor(string connectionString) => new NpgsqlConnectionStringBuilder(connectionString)
    {
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port,
        SslMode = SslMode.Disable,
        GssEncryptionMode = GssEncryptionMode.Disable,
    }.ConnectionString;

    public virtual async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Stop();
        await _loop;
        _end.Dispose();
        _listener.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Serves one connection until it is over. An I/O error ends it, and so does returning.</summary>
    protected abstract Task ServeAsync(NetworkStream client, NetworkStream server, CancellationToken cancellationToken);

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync(_end.Token);
                _ = ServeAsync(client);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var server = new TcpClient();
        using (client)
        {
            try
            {
                await server.ConnectAsync(IPAddress.Loopback, _serverPort, _end.Token);
                client.NoDelay = server.NoDelay = true;
                await ServeAsync(client.GetStream(), server.GetStream(), _end.Token);
            }
            catch (Exception exception) when (exception is IOException or OperationCanceledException or SocketException or ObjectDisposedException)
            {
                // One side hung up.
            }
        }
    }
}
