using LlmGateway.Benchmarks.Gateway.Load;

namespace LlmGateway.Benchmarks.Gateway.Lone;

/// <summary>Many stamped streams at once: whether each chunk came, and how late the latest was.</summary>
/// <param name="Name">As the table shows it.</param>
/// <param name="Lost">Chunks that did not come.</param>
/// <param name="DelayP99">Microseconds from a chunk's sending to its arrival.</param>
/// <param name="LongestDelay">As above.</param>
internal sealed record PacedStreams(string Name, int Lost, double DelayP99, double LongestDelay)
{
    public const int Streams = 512;
    private const int ChunksOfOne = 50;

    public static async Task<PacedStreams> RunAsync(LoneRow row)
    {
        var request = LoadRequest.Numbered(row.Key, row.Model, StampedStream.Mark, streamed: true);
        var delays = await Task.WhenAll(Enumerable.Range(0, Streams).Select(index => OneAsync(row.Server.Port, request, index)));
        var all = delays.SelectMany(one => one).Order().ToList();
        return new PacedStreams(row.Name, (Streams * ChunksOfOne) - all.Count, all[all.Count * 99 / 100], all[^1]);
    }

    /// <summary>All begin within a second.</summary>
    private static async Task<List<double>> OneAsync(int port, LoadRequest request, int index)
    {
        await Task.Delay(TimeSpan.FromMilliseconds(1000.0 * index / Streams));
        var delays = new List<double>(ChunksOfOne);
        using var connection = await RawConnection.OpenAsync(port);
        var bytes = request.Copy();
        request.Number(bytes, LoadNumbers.Next());
        await connection.SendAsync(bytes);
        if (await connection.ReceiveFirstChunkAsync() == 200)
        {
            await connection.ReceiveRestStampsAsync(delays);
        }

        return delays;
    }
}
