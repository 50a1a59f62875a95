using System.Diagnostics;

namespace LlmGateway.Benchmarks.Gateway.Load;

/// <summary>One caller, who asks when he has the last answer: what a way adds is not hidden by what others wait for.</summary>
internal static class LoneCaller
{
    /// <returns>Latencies in milliseconds.</returns>
    /// <exception cref="InvalidOperationException">A request failed.</exception>
    public static async Task<List<double>> RunAsync(int port, LoadRequest request, IEnumerable<long> numbers)
    {
        using var connection = await RawConnection.OpenAsync(port);
        var bytes = request.Copy();
        var times = new List<double>();
        foreach (var number in numbers)
        {
            request.Number(bytes, number);
            var start = Stopwatch.GetTimestamp();
            await connection.SendAsync(bytes);
            var status = await connection.ReceiveAsync();
            times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            Require(status);
        }

        return times;
    }

    /// <summary>Streams one after another, each on a connection that is kept.</summary>
    /// <returns>Milliseconds to each stream's first chunk, and each later chunk's delay in microseconds.</returns>
    /// <exception cref="InvalidOperationException">A stream failed.</exception>
    public static async Task<(List<double> FirstChunks, List<double> Delays)> StreamAsync(int port, LoadRequest request, int count)
    {
        using var connection = await RawConnection.OpenAsync(port);
        var bytes = request.Copy();
        var (first, later) = (new List<double>(), new List<double>());
        for (var index = 0; index < count; index++)
        {
            request.Number(bytes, LoadNumbers.Next());
            var start = Stopwatch.GetTimestamp();
            await connection.SendAsync(bytes);
            var status = await connection.ReceiveFirstChunkAsync();
            first.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            Require(status);
            await connection.ReceiveRestStampsAsync(later);
        }

        return (first, later);
    }

    private static void Require(int status)
    {
        if (status != 200)
        {
            throw new InvalidOperationException($"A request was answered {status}.");
        }
    }
}
