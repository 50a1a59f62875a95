using LlmGateway.Benchmarks.Gateway.Load;
using LlmGateway.Benchmarks.Gateway.Servers;

namespace LlmGateway.Benchmarks.Gateway.Lone;

/// <summary>A way that a lone caller's requests go, and what was measured on it.</summary>
/// <param name="Name">As the table shows it.</param>
/// <param name="Server">Where the requests go.</param>
/// <param name="Key">Whose they are.</param>
/// <param name="Model">Whom they ask.</param>
internal sealed record LoneRow(string Name, ServerProcess Server, string Key, string Model)
{
    /// <summary>About 1 KB, with the rest of the request.</summary>
    private static readonly string Filling = new('y', 850);

    /// <summary>Milliseconds of plain answers, and to a stream's first chunk; a percentile a run.</summary>
    public Series P50 { get; } = new();

    public Series P99 { get; } = new();

    public Series FirstChunkP50 { get; } = new();

    public Series FirstChunkP99 { get; } = new();

    /// <summary>Microseconds from a chunk's sending to its arrival.</summary>
    public Series ChunkP50 { get; } = new();

    public Series ChunkP99 { get; } = new();

    public async Task MeasureAsync(int requests, int streams)
    {
        var plain = await LoneCaller.RunAsync(Server.Port, LoadRequest.Numbered(Key, Model, Filling), Numbers(requests));
        Add(plain, P50, P99);
        await Server.SettleAsync();
        var (first, chunks) = await LoneCaller.StreamAsync(Server.Port, LoadRequest.Numbered(Key, Model, StampedStream.QuickMark + Filling, streamed: true), streams);
        Add(first, FirstChunkP50, FirstChunkP99);
        Add(chunks, ChunkP50, ChunkP99);
        await Server.SettleAsync();
    }

    /// <summary>Numbers that nobody used: no request of a run is answered from a cache.</summary>
    private static IEnumerable<long> Numbers(int count)
    {
        for (var index = 0; index < count; index++)
        {
            yield return LoadNumbers.Next();
        }
    }

    private static void Add(List<double> times, Series p50, Series p99)
    {
        times.Sort();
        p50.Add(times[times.Count / 2]);
        p99.Add(times[times.Count * 99 / 100]);
    }
}
