using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using LlmGateway.Service;
using LlmGateway.TestKit.Servers;
using Microsoft.Extensions.DependencyInjection;

namespace LlmGateway.Benchmarks.Ingestion;

/// <summary>How long the newest 100 of very many calls take to list, with and without a filter.</summary>
internal static class ListingBenchmark
{
    private const int Rounds = 21;
    private static readonly string[] Paths =
    [
        "/v1/inferences?limit=100",
        "/v1/inferences?limit=100&metadata[team]=search",
        "/v1/inferences?limit=100&metadata[team]=search&metadata[tier]=gold",
        "/v1/inferences?limit=100&metadata[team]=nobody",
        "/v1/inferences?limit=100&model=openai/gpt-4o",
        "/v1/chat/completions?limit=100&order=desc&metadata[team]=search",
    ];

    /// <param name="rows">Calls in each store; one in a hundred has metadata.</param>
    public static async Task RunAsync(int rows)
    {
        Console.WriteLine($"embedded store, {rows} calls");
        await RunAsync(rows, null);
        await using var servers = await ServerSet.StartNewAsync("postgres");
        await using var store = new PostgresStore(servers);
        Console.WriteLine($"PostgreSQL, {rows} calls");
        // As its own service does within a minute: right after a load its planner would guess.
        await RunAsync(rows, store.Connection, () => store.RunAsync("ANALYZE"));
    }

    private static async Task RunAsync(int rows, string? store, Func<Task>? settle = null)
    {
        using var spool = new FullSpool(bodyBytes: 256, rows);
        await using var app = IngestionHost.Build(spool.Path, store);
        await FullSpool.ShipAsync(app);
        await (settle?.Invoke() ?? Task.CompletedTask);
        using var client = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
        var token = app.Services.GetRequiredService<InternalToken>().Issue(ServiceNames.Datasets, new Caller(Caller.DefaultProject, "key_bench", Scopes.Data));
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        foreach (var path in Paths)
        {
            await MeasureAsync(client, path);
        }

        await app.StopAsync();
    }

    private static async Task MeasureAsync(HttpClient client, string path)
    {
        var times = new List<double>();
        var bytes = 0;
        for (var round = 0; round < Rounds; round++)
        {
            var start = Stopwatch.GetTimestamp();
            bytes = (await client.GetByteArrayAsync(path)).Length;
            times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }

        var first = times[0];
        times.Sort();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{path}: p50 {times[Rounds / 2]:0.0} ms, max {times[^1]:0.0} ms, first {first:0.0} ms, {bytes} bytes"));
    }
}
