using System.Diagnostics;
using System.Net.Sockets;

namespace LlmGateway.Benchmarks.Gateway.Load;

/// <summary>Loads of streams: the time to the first chunk, alone and among many.</summary>
internal static class StreamLoad
{
    private const int RequestBytes = 1_000;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(25);

    /// <summary>One stream at a time, left after its first chunk; a pause keeps what the leaving costs out of the next one's time.</summary>
    public static async Task<LoadResult> FirstChunksAsync(int port, int count)
    {
        var request = LoadRequest.Chat(RequestBytes, streamed: true);
        var bytes = request.Copy();
        var times = new List<double>();
        var watch = Stopwatch.StartNew();
        for (var i = 0; i < count; i++)
        {
            request.Number(bytes, LoadNumbers.Next());
            using var connection = await RawConnection.OpenAsync(port);
            var start = Stopwatch.GetTimestamp();
            await connection.SendAsync(bytes);
            if (await connection.ReceiveFirstChunkAsync() == 200)
            {
                times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            }

            connection.Dispose();
            await Task.Delay(Pause);
        }

        return Result(times, count, watch.Elapsed);
    }

    /// <summary>All streams at once, begun within a second, each read to its end.</summary>
    public static async Task<LoadResult> ConcurrentAsync(int port, int streams)
    {
        var request = LoadRequest.Chat(RequestBytes, streamed: true);
        var watch = Stopwatch.StartNew();
        var times = await Task.WhenAll(Enumerable.Range(0, streams).Select(async index =>
        {
            await Task.Delay(TimeSpan.FromMilliseconds(1000.0 * index / streams));
            return await OneAsync(port, request);
        }));
        return Result([.. times.OfType<double>()], streams, watch.Elapsed);
    }

    private static async Task<double?> OneAsync(int port, LoadRequest request)
    {
        try
        {
            using var connection = await RawConnection.OpenAsync(port);
            var bytes = request.Copy();
            request.Number(bytes, LoadNumbers.Next());
            var start = Stopwatch.GetTimestamp();
            await connection.SendAsync(bytes);
            var status = await connection.ReceiveFirstChunkAsync();
            var first = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            await connection.ReceiveRestAsync();
            return status == 200 ? first : null;
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            return null;
        }
    }

    private static LoadResult Result(List<double> times, int asked, TimeSpan elapsed)
    {
        times.Sort();
        return times.Count == 0
            ? new LoadResult(0, asked, elapsed)
            : new LoadResult(times.Count, asked - times.Count, elapsed, times[times.Count / 2], times[times.Count * 99 / 100]);
    }
}
