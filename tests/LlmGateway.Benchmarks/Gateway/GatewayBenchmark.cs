using System.Globalization;
using LlmGateway.Benchmarks.Gateway.Load;
using LlmGateway.Benchmarks.Gateway.Lone;
using LlmGateway.Benchmarks.Gateway.Servers;
using LlmGateway.TestKit;

namespace LlmGateway.Benchmarks.Gateway;

/// <summary>
/// Measures the gateway beside its yardsticks: all on this machine, in alternated runs, so that what disturbs one
/// disturbs all.
/// </summary>
internal static class GatewayBenchmark
{
    private const int Connections = 64;
    private const int PerSecond = 1_000;
    private const int FirstChunks = 20;
    private const int ConcurrentStreams = 1_000;
    private const int StreamWarmUps = 3;

    /// <summary>Until the runtime has compiled the hot path for good, which waits for its timers and for a free processor.</summary>
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(6);

    public static async Task<int> RunAsync(BenchmarkOptions options)
    {
        using var folder = new TempFolder();
        await using var upstream = await ServerProcess.StartRoleAsync("serve-upstream", FreePort.Next());
        await using var yarp = await ServerProcess.StartRoleAsync("serve-yarp", FreePort.Next(), upstream.Url);
        await using var nginx = NginxServer.IsInstalled ? await NginxServer.StartAsync(upstream, folder) : null;
        var rows = new List<Row> { new("direct", upstream, false) };
        if (nginx is not null)
        {
            rows.Add(new Row("nginx", nginx, false));
        }

        rows.Add(new Row("bare YARP", yarp, false));
        await MeasureAsync(options, rows, upstream);
        var streams = await MeasureStreamsAsync(options, yarp, upstream);
        var report = new Report(rows, streams, options.WithGateway ? await LoneBenchmark.RunAsync(options) : null);
        Publish(options, report.ToMarkdown(options));
        return 0;
    }

    private static async Task MeasureAsync(BenchmarkOptions options, List<Row> rows, ServerProcess upstream)
    {
        using var data = new TempFolder();
        using var governedData = new TempFolder();
        await using var telemetry = options.WithGateway ? await ServerProcess.StartRoleAsync("serve-otlp", FreePort.Next()) : null;
        await using var gateway = options.WithGateway ? await GatewayServer.StartAsync(upstream, data) : null;
        await using var governed = telemetry is null ? null : await GovernedGateway.StartAsync(upstream, telemetry, governedData, null);
        if (gateway is not null && governed is not null)
        {
            rows.AddRange([
                new Row("gateway miss", gateway, false), new Row("gateway hit", gateway, true),
                new Row("gateway miss, everything on", governed.Server, false, governed), new Row("gateway hit, everything on", governed.Server, true, governed)]);
        }

        foreach (var row in rows)
        {
            await WarmAsync(row);
        }

        for (var repeat = 1; repeat <= options.Repeats; repeat++)
        {
            foreach (var row in rows)
            {
                Console.Error.WriteLine($"run {repeat} of {options.Repeats}: {row.Name}");
                await MeasureSizeAsync(row, row.Small, options.SmallRun, upstream);
                await MeasureSizeAsync(row, row.Large, options.LargeRun, upstream);
                if (!row.Cached)
                {
                    row.FirstChunk.Add((await StreamLoad.FirstChunksAsync(row.Server.Port, FirstChunks)).P50);
                }
            }
        }
    }

    /// <summary>Lets the server compile its hot path, open its connections and fill its cache.</summary>
    private static async Task WarmAsync(Row row)
    {
        foreach (var measures in (Measures[])[row.Small, row.Large])
        {
            await ClosedLoop.RunAsync(row.Server.Port, row.Request(measures), Connections, WarmUp);
            await row.Server.SettleAsync();
        }
    }

    private static async Task MeasureSizeAsync(Row row, Measures measures, TimeSpan duration, ServerProcess upstream)
    {
        var (callsBefore, processorBefore) = (await CallsAsync(upstream), row.Server.ProcessorTime());
        var full = await ClosedLoop.RunAsync(row.Server.Port, row.Request(measures), Connections, duration);
        await row.Server.SettleAsync();
        var (calls, processor) = (await CallsAsync(upstream) - callsBefore, row.Server.ProcessorTime() - processorBefore);
        var even = await new OpenLoop(row.Request(measures)).RunAsync(row.Server.Port, PerSecond, Connections, duration);
        await row.Server.SettleAsync();
        measures.PerSecond.Add(full.PerSecond);
        measures.ProcessorMicroseconds.Add(processor.TotalMicroseconds / Math.Max(1, full.Requests));
        measures.UpstreamShare.Add((double)calls / Math.Max(1, full.Requests));
        measures.P50.Add(even.P50);
        measures.P99.Add(even.P99);
        measures.Failures += full.Failures + even.Failures;
    }

    /// <summary>Streams come last and in a fresh gateway, so that its memory is that of streams alone.</summary>
    private static async Task<List<StreamRow>> MeasureStreamsAsync(
        BenchmarkOptions options, ServerProcess yarp, ServerProcess upstream)
    {
        using var data = new TempFolder();
        var rows = new List<StreamRow> { await MeasureStreamsAsync("bare YARP", yarp) };
        if (options.WithGateway)
        {
            await using var gateway = await GatewayServer.StartAsync(upstream, data);
            rows.Add(await MeasureStreamsAsync("gateway miss", gateway));
        }
        return rows;
    }

    private static async Task<StreamRow> MeasureStreamsAsync(string name, ServerProcess server)
    {
        // A program that has just started compiles its way while it streams: that is the start's time, not the stream's.
        for (var round = 0; round < StreamWarmUps; round++)
        {
            await StreamLoad.ConcurrentAsync(server.Port, ConcurrentStreams / 10);
        }

        Console.Error.WriteLine($"{ConcurrentStreams} streams at once: {name}");
        var result = await StreamLoad.ConcurrentAsync(server.Port, ConcurrentStreams);
        return new StreamRow(name, result, server.PeakMemory());
    }

    private static async Task<long> CallsAsync(ServerProcess upstream)
    {
        using var client = new HttpClient();
        return long.Parse(await client.GetStringAsync(new Uri(upstream.Url + "/count")), CultureInfo.InvariantCulture);
    }

    private static void Publish(BenchmarkOptions options, string markdown)
    {
        Console.WriteLine(markdown);
        if (options.Markdown is { } file)
        {
            MarkdownFile.Replace(file, markdown);
        }
    }
}
