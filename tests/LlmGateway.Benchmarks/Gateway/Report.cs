using System.Runtime.InteropServices;
using System.Text;
using LlmGateway.Benchmarks.Gateway.Lone;

namespace LlmGateway.Benchmarks.Gateway;

/// <summary>Turns the figures into Markdown, with ratios against bare YARP and the goals.</summary>
internal sealed class Report(List<Row> rows, List<StreamRow> streams, LoneReport? lone)
{
    private readonly Row _yarp = rows.Single(row => row.Name == "bare YARP");

    public string ToMarkdown(BenchmarkOptions options)
    {
        var text = new StringBuilder();
        text.AppendLine(MarkdownFile.Begin);
        Line(text, $"{Environment.ProcessorCount} processors, {RuntimeInformation.OSDescription}, {RuntimeInformation.FrameworkDescription}; {options.Repeats} alternated runs, median (least–most). Load, servers and upstream share the processors.");
        AppendSize(text, "1 KB bodies", row => row.Small);
        AppendSize(text, "100 KB bodies", row => row.Large);
        AppendStreams(text);
        lone?.AppendTo(text);
        AppendGoals(text);
        text.Append(MarkdownFile.End);
        return text.ToString();
    }

    private void AppendSize(StringBuilder text, string title, Func<Row, Measures> of)
    {
        Line(text, $"\n### {title}\n");
        Line(text, $"| way | requests/s at saturation | × bare YARP | CPU µs/request | p50 ms at 1,000/s | p99 ms at 1,000/s | upstream calls/request | failures |");
        Line(text, $"|---|---|---|---|---|---|---|---|");
        foreach (var row in rows)
        {
            var one = of(row);
            var ratio = one.PerSecond.Median / of(_yarp).PerSecond.Median;
            Line(text, $"| {row.Name} | {one.PerSecond.Spread("0")} | {ratio:0.00} | {one.ProcessorMicroseconds.Spread("0")} | {one.P50.Spread("0.00")} | {one.P99.Spread("0.00")} | {one.UpstreamShare.Median:0.00} | {one.Failures} |");
        }
    }

    private void AppendStreams(StringBuilder text)
    {
        Line(text, $"\n### Streams (50 chunks, 20 ms apart)\n");
        Line(text, $"| way | first chunk ms, alone |");
        Line(text, $"|---|---|");
        foreach (var row in rows.Where(row => !row.Cached))
        {
            Line(text, $"| {row.Name} | {row.FirstChunk.Spread("0.00")} |");
        }

        Line(text, $"\n| way | streams at once | failures | first chunk p50 ms | p99 ms | all ended after s | peak memory MB |");
        Line(text, $"|---|---|---|---|---|---|---|");
        foreach (var (name, result, memory) in streams)
        {
            Line(text, $"| {name} | {result.Requests + result.Failures} | {result.Failures} | {result.P50:0.00} | {result.P99:0.00} | {result.Elapsed.TotalSeconds:0.0} | {memory / 1e6:0} |");
        }
    }

    private void AppendGoals(StringBuilder text)
    {
        Line(text, $"\n### Goals\n");
        Line(text, $"| goal | measured | |");
        Line(text, $"|---|---|---|");
        foreach (var (name, measured, met) in Goals().Concat(lone?.Goals() ?? []))
        {
            Line(text, $"| {name} | {measured} | {(met ? "met" : "**missed**")} |");
        }
    }

    private IEnumerable<(string Name, string Measured, bool Met)> Goals()
    {
        var miss = rows.SingleOrDefault(row => row.Name == "gateway miss");
        var hit = rows.SingleOrDefault(row => row.Name == "gateway hit");
        if (miss is null || hit is null)
        {
            yield break;
        }

        yield return AtLeast("saturation on misses, everything on", rows.Single(row => row.Name == "gateway miss, everything on"), 0.5);
        yield return AtLeast("saturation on misses", miss, 0.6);
        yield return AtLeast("saturation on hits", hit, 1.0);
        yield return Above("p50 at 1,000/s, 1 KB", miss.Small.P50, _yarp.Small.P50, 0.2);
        yield return Above("p99 at 1,000/s, 1 KB", miss.Small.P99, _yarp.Small.P99, 1);
        yield return Above("p50 at 1,000/s, 100 KB", miss.Large.P50, _yarp.Large.P50, 0.2);
        yield return Above("p99 at 1,000/s, 100 KB", miss.Large.P99, _yarp.Large.P99, 1);
        yield return Above("first chunk of a stream", miss.FirstChunk, _yarp.FirstChunk, 0.5);
        var many = streams.Single(row => row.Name == miss.Name);
        yield return (
            "1,000 concurrent streams under 250 MB",
            Text($"{many.PeakMemory / 1e6:0} MB, {many.Result.Failures} failed"),
            many.PeakMemory < 250e6 && many.Result.Failures == 0);
    }

    private (string Name, string Measured, bool Met) AtLeast(string name, Row row, double goal)
    {
        var ratio = row.Small.PerSecond.Median / _yarp.Small.PerSecond.Median;
        return (Text($"{name} ≥ {goal:0.0} × bare YARP"), Text($"{ratio:0.00} ×"), ratio >= goal);
    }

    private static (string Name, string Measured, bool Met) Above(string name, Series row, Series yarp, double milliseconds)
    {
        var more = row.Median - yarp.Median;
        return (Text($"{name}: at most {milliseconds:0.0} ms above bare YARP"), Text($"{more:+0.00;-0.00} ms"), more <= milliseconds);
    }

    private static string Text(FormattableString text) => FormattableString.Invariant(text);

    private static void Line(StringBuilder text, FormattableString line) => text.Append(Text(line)).Append('\n');
}
