using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using LlmGateway.TestKit;
using LlmGateway.TestKit.Upstream;

namespace LlmGateway.Benchmarks.Shadows;

/// <summary>
/// What a shadow costs the callers whose calls it draws: one caller, one call at a time, each answered by a provider of this process;
/// without a shadow, with one whose candidate answers, and with one whose candidate hangs. The three ways alternate.
/// </summary>
internal static class ShadowBenchmark
{
    private const int Calls = 400;
    private static readonly string[] Ways = ["without a shadow", "each call mirrored", "each call mirrored, the candidate hangs"];

    /// <param name="args">How many rounds; the default is 5, after one that warms up.</param>
    public static async Task<int> RunAsync(string[] args)
    {
        var rounds = args is [var number] ? int.Parse(number, CultureInfo.InvariantCulture) : 5;
        var series = Ways.Select(_ => new List<double[]>()).ToArray();
        for (var round = 0; round <= rounds; round++)
        {
            for (var way = 0; way < Ways.Length; way++)
            {
                var latencies = await MeasureAsync(way);
                if (round > 0)
                {
                    series[way].Add(latencies);
                }
            }
        }

        Console.WriteLine("| a call's latency | p50 (ms) | p99 (ms) |");
        Console.WriteLine("|---|---|---|");
        for (var way = 0; way < Ways.Length; way++)
        {
            Console.WriteLine(FormattableString.Invariant($"| {Ways[way]} | {Spread(series[way], 0.5)} | {Spread(series[way], 0.99)} |"));
        }

        return 0;
    }

    /// <summary>Sorted latencies in milliseconds, in a system of their own.</summary>
    private static async Task<double[]> MeasureAsync(int way)
    {
        await using var upstream = await UpstreamServer.StartAsync();
        await using var candidate = await UpstreamServer.StartAsync(new UpstreamScript { Fault = way == 2 ? UpstreamFault.HangBeforeHeaders : UpstreamFault.None });
        await using var gateway = await InProcessGateway.StartAsync(upstream.BaseUrl, ("Gateway:Providers:other:BaseUrl", candidate.BaseUrl.ToString()));
        if (way > 0)
        {
            using var made = await gateway.Http.PostAsJsonAsync(
                "/v1/shadows", new { name = "bench", model = "test/model", share = 1, candidate = new { model = "other/model" }, max_calls = 1_000_000 });
            made.EnsureSuccessStatusCode();
        }

        var latencies = new double[Calls];
        for (var call = 0; call < Calls; call++)
        {
            using var body = JsonContent.Create(new { model = "test/model", temperature = 1, messages = new[] { new { role = "user", content = $"question {call}" } } });
            var start = Stopwatch.GetTimestamp();
            using var response = await gateway.Http.PostAsync("/v1/chat/completions", body);
            await response.Content.ReadAsByteArrayAsync();
            latencies[call] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            response.EnsureSuccessStatusCode();
        }

        Array.Sort(latencies);
        return latencies;
    }

    /// <summary>The median of the rounds, with the least and the most.</summary>
    private static string Spread(IEnumerable<double[]> rounds, double quantile)
    {
        var values = rounds.Select(latencies => latencies[(int)(quantile * (latencies.Length - 1))]).Order().ToArray();
        return FormattableString.Invariant($"{values[values.Length / 2]:0.00} ({values[0]:0.00}–{values[^1]:0.00})");
    }
}
