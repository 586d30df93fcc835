using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace AiCredits.EntityFramework.Ledger;

/// <summary>
/// Stands between a client and PostgreSQL and counts round trips by what the client says: each Query ('Q') and each Sync ('S')
/// asks the server for an answer and waits for it.
/// </summary>
internal sealed class RoundTripProxy : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource end = new();
    private readonly int serverPort;
    private readonly Task loop;
    private int roundTrips;

    public RoundTripProxy(int serverPort)
    {
        this.serverPort = serverPort;
        listener.Start();
        loop = AcceptAsync();
    }

    public int RoundTrips => Volatile.Read(ref roundTrips);

    public string ConnectionStringFor(string connectionString) => new NpgsqlConnectionStringBuilder(connectionString)
    {
        Port = ((IPEndPoint)listener.LocalEndpoint).Port,
        SslMode = SslMode.Disable,
        GssEncryptionMode = GssEncryptionMode.Disable,
    }.ConnectionString;

    public async ValueTask DisposeAsync()
    {
        await end.CancelAsync();
        listener.Stop();
        await loop;
        end.Dispose();
        listener.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await listener.AcceptTcpClientAsync(end.Token);
                _ = ServeAsync(client);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException)
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
                await server.ConnectAsync(IPAddress.Loopback, serverPort, end.Token);
                client.NoDelay = server.NoDelay = true;
                var back = server.GetStream().CopyToAsync(client.GetStream(), end.Token);
                await ForwardAsync(client.GetStream(), server.GetStream());
                await back;
            }
            catch (Exception exception) when (exception is IOException or OperationCanceledException or SocketException)
            {
                // One side hung up.
            }
        }
    }

    private async Task ForwardAsync(NetworkStream from, NetworkStream to)
    {
        // The start-up message has no type; all others are a type, a length that counts itself, and a body.
        var header = new byte[5];
        await from.ReadExactlyAsync(header.AsMemory(0, 4), end.Token);
        await CopyAsync(header.AsMemory(0, 4), BinaryPrimitives.ReadInt32BigEndian(header) - 4);
        while (true)
        {
            await from.ReadExactlyAsync(header, end.Token);
            if (header[0] is (byte)'Q' or (byte)'S')
            {
                Interlocked.Increment(ref roundTrips);
            }

            await CopyAsync(header, BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(1)) - 4);
        }

        async Task CopyAsync(ReadOnlyMemory<byte> start, int rest)
        {
            var body = new byte[rest];
            await from.ReadExactlyAsync(body, end.Token);
            await to.WriteAsync(start, end.Token);
            await to.WriteAsync(body, end.Token);
        }
    }
}
