using System.Net;
using System.Net.Sockets;

namespace LlmGateway.TestKit;

/// <summary>Finds loopback ports for programs that cannot listen on port 0 themselves.</summary>
public static class FreePort
{
    // Below the range that outgoing connections are given, and below that of docker/servers.sh: none of them takes the
    // port while a program is down that will start on it again.
    private const int First = 10_000;
    private const int End = 20_000;

    private static int _next = Random.Shared.Next(End - First);

    /// <summary>
    /// A TCP port that was free a moment ago, and that this process has not been given before: of two programs that are started at
    /// once, neither is taken for the other. Nothing keeps it free: listen soon.
    /// </summary>
    public static int Next()
    {
        while (true)
        {
            var port = First + (int)((uint)Interlocked.Increment(ref _next) % (End - First));
            try
            {
                using var listener = new TcpListener(IPAddress.Loopback, port);
                listener.Start();
                return port;
            }
            catch (SocketException)
            {
                // Somebody else's.
            }
        }
    }
}
