using System.Globalization;
using LlmGateway.Benchmarks.Gateway.Load;
using LlmGateway.Benchmarks.Gateway.Lone;
using LlmGateway.Benchmarks.Gateway.Servers;
using LlmGateway.TestKit;

namespace LlmGateway.Benchmarks.Gateway.Soak;

/// <summary>
/// Whether the gateway's memory stays flat: half an hour of plain calls, hits, whole streams and streams that their callers leave, with
/// everything on. It is run by hand.
/// </summary>
internal static class SoakBenchmark
{
    private const int PlainPerSecond = 100;
    private const int HitsPerSecond = 50;
    private const int StreamsPerSecond = 10;
    private const int LeftPerRound = 100;
    private const int Connections = 16;
    private const int StreamConnections = 64;
    private const string Name = "soak";

    /// <param name="options">Minutes (30), and a file for the plot (SVG).</param>
    public static async Task<int> RunAsync(string[] options)
    {
        var duration = TimeSpan.FromMinutes(options.Length > 0 ? double.Parse(options[0], CultureInfo.InvariantCulture) : 30);
        using var folder = new TempFolder();
        await using var upstream = await ServerProcess.StartRoleAsync("serve-upstream", FreePort.Next());
        await using var telemetry = await ServerProcess.StartRoleAsync("serve-otlp", FreePort.Next());
        await using var gateway = await GovernedGateway.StartAsync(upstream, telemetry, folder, null);
        using var end = new CancellationTokenSource();
        var samples = new MemorySamples(gateway.Server);
        var sampling = samples.TakeAsync(end.Token);
        var leaving = LeaveStreamsAsync(gateway.Server.Port, end.Token);
        var loads = await Task.WhenAll(
            RunAsync(gateway, "", false, PlainPerSecond, Connections, duration),
            RunAsync(gateway, "", true, HitsPerSecond, Connections, duration),
            RunAsync(gateway, "whole ", false, StreamsPerSecond, StreamConnections, duration));
        await end.CancelAsync();
        await Task.WhenAll(sampling, leaving);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{duration.TotalMinutes:0} minutes: {loads.Sum(load => load.Requests)} calls answered, {loads.Sum(load => load.Failures)} failed; {leaving.Result} streams left; {samples.Describe()}"));
        if (options.Length > 1)
        {
            await File.WriteAllTextAsync(options[1], SoakPlot.Draw(samples.Values, duration));
        }

        return 0;
    }

    private static Task<LoadResult> RunAsync(GovernedGateway gateway, string content, bool same, int perSecond, int connections, TimeSpan duration)
    {
        var streamed = content.Length > 0;
        var request = same ? LoadRequest.Chat(1_000, cached: true) : LoadRequest.Numbered(gateway.Key, GovernedGateway.Route, content + Name, streamed);
        return new OpenLoop(request).RunAsync(gateway.Server.Port, perSecond, connections, duration);
    }

    /// <returns>How many were left.</returns>
    private static async Task<long> LeaveStreamsAsync(int port, CancellationToken cancellationToken)
    {
        var left = 0L;
        while (!cancellationToken.IsCancellationRequested)
        {
            left += (await StreamLoad.FirstChunksAsync(port, LeftPerRound)).Requests;
        }

        return left;
    }
}
