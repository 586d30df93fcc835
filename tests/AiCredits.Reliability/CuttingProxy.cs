using System.Net.Sockets;
using AiCredits.TestServers;

namespace AiCredits.Reliability;

/// <summary>Cuts the connection after a number of bytes, counted from when it is told to, in one direction.</summary>
internal sealed class CuttingProxy(int serverPort) : WireProxy(serverPort)
{
    private readonly Lock _gate = new();
    private long _toServer;
    private long _toClient;
    private long _left = long.MaxValue;
    private bool _cutsToServer;

    /// <summary>How many bytes went by since the count was begun, to the server and to the client.</summary>
    public (long ToServer, long ToClient) Passed
    {
        get
        {
            lock (_gate)
            {
                return (_toServer, _toClient);
            }
        }
    }

    /// <summary>True once the cut that was asked for has been made.</summary>
    public bool HasCut { get; private set; }

    /// <summary>Begins the count anew, without any cut.</summary>
    public void Count() => CutAfter(long.MaxValue, toServer: true);

    /// <summary>Lets so many more bytes pass in a direction and then closes both sides; later connections are left alone.</summary>
    public void CutAfter(long bytes, bool toServer)
    {
        lock (_gate)
        {
            (_toServer, _toClient, _left, _cutsToServer, HasCut) = (0, 0, bytes, toServer, false);
        }
    }

    protected override async Task ServeAsync(NetworkStream client, NetworkStream server, CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var there = ForwardAsync(client, server, toServer: true, over.Token);
        var back = ForwardAsync(server, client, toServer: false, over.Token);

        // Whoever ends first ends both: half a connection is none.
        await Task.WhenAny(there, back);
        await over.CancelAsync();
        await Task.WhenAll(Quietly(there), Quietly(back));
    }

    private async Task ForwardAsync(NetworkStream from, NetworkStream to, bool toServer, CancellationToken cancellationToken)
    {
        var buffer = new byte[64 * 1024];
        while (true)
        {
            var read = await from.ReadAsync(buffer, cancellationToken);
            var (pass, cut) = Pass(read, toServer);
            await to.WriteAsync(buffer.AsMemory(0, pass), cancellationToken);
            if (read == 0 || cut)
            {
                return;
            }
        }
    }

    private (int Pass, bool Cut) Pass(int read, bool toServer)
    {
        lock (_gate)
        {
            if (toServer)
            {
                _toServer += read;
            }
            else
            {
                _toClient += read;
            }

            if (HasCut || toServer != _cutsToServer || _left == long.MaxValue)
            {
                return (read, false);
            }

            var pass = (int)Math.Min(read, _left);
            _left -= pass;
            HasCut = _left == 0 && read > pass;
            return (pass, HasCut);
        }
    }

    private static async Task Quietly(Task forwarding)
    {
        try
        {
            await forwarding;
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The connection is over.
        }
    }
}
