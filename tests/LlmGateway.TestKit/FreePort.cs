using System.Net;
using System.Net.Sockets;

namespace LlmGateway.TestKit;

/// <summary>Finds loopback ports for programs that cannot listen on port 0 themselves.</summary>
public static class FreePort
{
    /// <summary>A TCP port that was free a moment ago. Nothing keeps it so: listen soon.</summary>
    public static int Next()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
