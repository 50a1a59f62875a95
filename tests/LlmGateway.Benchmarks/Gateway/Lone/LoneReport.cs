using System.Text;

namespace LlmGateway.Benchmarks.Gateway.Lone;

/// <summary>The figures of <see cref="LoneBenchmark"/> as Markdown.</summary>
/// <param name="Rows">The ways.</param>
/// <param name="Streams">Many streams at once.</param>
/// <param name="RedisHit">Milliseconds at the median.</param>
/// <param name="MemoryHit">As above.</param>
/// <param name="PeakMemory">Of the gateway that did most, in bytes.</param>
internal sealed record LoneReport(List<LoneRow> Rows, List<PacedStreams> Streams, double RedisHit, double MemoryHit, long PeakMemory)
{
    private LoneRow Direct => Rows[0];

    private LoneRow Gateway => Rows.Single(row => row.Name == "gateway");

    public void AppendTo(StringBuilder text)
    {
        Line(text, $"\n### One caller, everything on (key, limits, route, ledger, traces exported)\n");
        Line(text, $"| way | p50 ms | p99 ms | first chunk p50 ms | p99 ms | a chunk's way p50 µs | p99 µs |");
        Line(text, $"|---|---|---|---|---|---|---|");
        foreach (var row in Rows)
        {
            Line(text, $"| {row.Name} | {row.P50.Spread("0.000")} | {row.P99.Spread("0.00")} | {row.FirstChunkP50.Spread("0.00")} | {row.FirstChunkP99.Spread("0.00")} | {row.ChunkP50.Spread("0")} | {row.ChunkP99.Spread("0")} |");
        }

        Line(text, $"\n| {PacedStreams.Streams} streams of 50 chunks, 20 ms apart | chunks lost | a chunk's way p99 µs | longest µs |");
        Line(text, $"|---|---|---|---|");
        foreach (var streams in Streams)
        {
            Line(text, $"| {streams.Name} | {streams.Lost} | {streams.DelayP99:0} | {streams.LongestDelay:0} |");
        }
    }

    /// <summary>Each goal, what was measured, and whether it was met.</summary>
    public IEnumerable<(string Name, string Measured, bool Met)> Goals()
    {
        yield return Added("one caller: added p50", Direct.P50, Gateway.P50, 0.15, "ms");
        yield return Added("one caller: added p99", Direct.P99, Gateway.P99, 1.5, "ms");
        yield return Added("one caller: added to the first chunk, p99", Direct.FirstChunkP99, Gateway.FirstChunkP99, 1, "ms");
        yield return Added("one caller: added to a chunk, p99", Direct.ChunkP99, Gateway.ChunkP99, 50, "µs");
        var many = Streams.Single(streams => streams.Name == Gateway.Name);
        yield return ($"{PacedStreams.Streams} paced streams: no chunk lost", Text($"{many.Lost} lost"), many.Lost == 0);
        yield return AtMost("a hit in memory, p50", MemoryHit, 0.5);
        yield return AtMost("a hit in Redis, p50", RedisHit, 1.5);
        yield return ("memory under load ≤ 300 MB", Text($"{PeakMemory / 1e6:0} MB"), PeakMemory <= 300e6);
    }

    private static (string Name, string Measured, bool Met) Added(string name, Series direct, Series gateway, double goal, string unit)
    {
        var more = gateway.Median - direct.Median;
        return (Text($"{name} ≤ {goal} {unit} over direct"), Text($"{more:+0.00;-0.00} {unit}"), more <= goal);
    }

    private static (string Name, string Measured, bool Met) AtMost(string name, double measured, double goal) =>
        (Text($"{name} ≤ {goal} ms"), Text($"{measured:0.00} ms"), measured <= goal);

    private static string Text(FormattableString text) => FormattableString.Invariant(text);

    private static void Line(StringBuilder text, FormattableString line) => text.Append(Text(line)).Append('\n');
}
