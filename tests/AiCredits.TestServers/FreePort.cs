using System.Net;
using System.Net.Sockets;

namespace AiCredits.TestServers;

internal static class FreePort
{
    // Another process may take the port before the server binds it; the caller tries again with another.
    public static int Next()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
