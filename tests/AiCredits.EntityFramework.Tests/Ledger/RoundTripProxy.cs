using System.Buffers.Binary;
using System.Net.Sockets;
using AiCredits.TestServers;

namespace AiCredits.EntityFramework.Ledger;

/// <summary>Counts round trips by what the client says: each Query ('Q') and each Sync ('S') asks the server for an answer and waits for it.</summary>
internal sealed class RoundTripProxy(int serverPort) : WireProxy(serverPort)
{
    private int roundTrips;

    public int RoundTrips => Volatile.Read(ref roundTrips);

    protected override async Task ServeAsync(NetworkStream client, NetworkStream server, CancellationToken cancellationToken)
    {
        var back = server.CopyToAsync(client, cancellationToken);
        await ForwardAsync(client, server, cancellationToken);
        await back;
    }

    private async Task ForwardAsync(NetworkStream from, NetworkStream to, CancellationToken cancellationToken)
    {
        // The start-up message has no type; all others are a type, a length that counts itself, and a body.
        var header = new byte[5];
        await from.ReadExactlyAsync(header.AsMemory(0, 4), cancellationToken);
        await CopyAsync(header.AsMemory(0, 4), BinaryPrimitives.ReadInt32BigEndian(header) - 4);
        while (true)
        {
            await from.ReadExactlyAsync(header, cancellationToken);
            if (header[0] is (byte)'Q' or (byte)'S')
            {
                Interlocked.Increment(ref roundTrips);
            }

            await CopyAsync(header, BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(1)) - 4);
        }

        async Task CopyAsync(ReadOnlyMemory<byte> start, int rest)
        {
            var body = new byte[rest];
            await from.ReadExactlyAsync(body, cancellationToken);
            await to.WriteAsync(start, cancellationToken);
            await to.WriteAsync(body, cancellationToken);
        }
    }
}
