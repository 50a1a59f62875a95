using System.Diagnostics;
using System.Net.Sockets;

namespace LlmGateway.Benchmarks.Gateway.Load;

/// <summary>Each connection sends its next request when it has the last answer: finds the most that a server can do.</summary>
internal static class ClosedLoop
{
    public static async Task<LoadResult> RunAsync(int port, LoadRequest request, int connections, TimeSpan duration)
    {
        var watch = Stopwatch.StartNew();
        var counts = await Task.WhenAll(Enumerable.Range(0, connections)
            .Select(_ => Task.Run(() => RunConnectionAsync(port, request, watch, duration))));
        return new LoadResult(counts.Sum(one => one.Good), counts.Sum(one => one.Bad), watch.Elapsed);
    }

    private static async Task<(long Good, long Bad)> RunConnectionAsync(
        int port, LoadRequest request, Stopwatch watch, TimeSpan duration)
    {
        var (good, bad) = (0L, 0L);
        using var connection = await RawConnection.OpenAsync(port);
        var bytes = request.Copy();
        while (watch.Elapsed < duration)
        {
            request.Number(bytes, LoadNumbers.Next());
            try
            {
                await connection.SendAsync(bytes);
                if (await connection.ReceiveAsync() == 200)
                {
                    good++;
                }
                else
                {
                    bad++;
                }
            }
            catch (Exception e) when (e is IOException or SocketException)
            {
                return (good, bad + 1);
            }
        }
        return (good, bad);
    }
}
