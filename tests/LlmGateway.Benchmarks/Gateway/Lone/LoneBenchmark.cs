using LlmGateway.Benchmarks.Gateway.Servers;
using LlmGateway.TestKit;
using LlmGateway.TestKit.Servers;

namespace LlmGateway.Benchmarks.Gateway.Lone;

/// <summary>
/// What the gateway adds to one caller's calls with everything on: a project's key, limits, a route, the ledger, tracing exported. All
/// ways in one run, alternated.
/// </summary>
internal static class LoneBenchmark
{
    private const int WarmUpRequests = 3_000;
    private const int WarmUpStreams = 5;

    public static async Task<LoneReport> RunAsync(BenchmarkOptions options)
    {
        using var folders = new GovernedFolders();
        await using var redis = await ServerSet.StartNewAsync("redis");
        await using var upstream = await ServerProcess.StartRoleAsync("serve-upstream", FreePort.Next());
        await using var yarp = await ServerProcess.StartRoleAsync("serve-yarp", FreePort.Next(), upstream.Url);
        await using var telemetry = await ServerProcess.StartRoleAsync("serve-otlp", FreePort.Next());
        await using var memory = await GovernedGateway.StartAsync(upstream, telemetry, folders.Next(), null);
        await using var shared = await GovernedGateway.StartAsync(upstream, telemetry, folders.Next(), redis.Redis);
        await using var second = await GovernedGateway.StartAsync(upstream, telemetry, folders.Next(), redis.Redis);
        List<LoneRow> rows =
        [
            new("direct", upstream, GatewayServer.AdminKey, "fixed"),
            new("bare YARP", yarp, GatewayServer.AdminKey, "fixed"),
            new("gateway", memory.Server, memory.Key, GovernedGateway.Route),
            new("gateway, limits and cache in Redis", shared.Server, shared.Key, GovernedGateway.Route),
            new("gateway, translating to Anthropic's messages", memory.Server, memory.Key, GovernedGateway.TranslatedRoute),
        ];
        foreach (var row in rows)
        {
            Console.Error.WriteLine($"warm-up: {row.Name}");
            await new LoneRow(row.Name, row.Server, row.Key, row.Model).MeasureAsync(WarmUpRequests, WarmUpStreams);
        }

        for (var repeat = 1; repeat <= options.Repeats; repeat++)
        {
            foreach (var row in rows)
            {
                Console.Error.WriteLine($"run {repeat} of {options.Repeats}: {row.Name}, alone");
                await row.MeasureAsync(options.LoneRequests, options.LoneStreams);
            }
        }

        var streams = new List<PacedStreams>();
        foreach (var row in rows.Where(row => row.Name is "direct" or "bare YARP" or "gateway"))
        {
            Console.Error.WriteLine($"{PacedStreams.Streams} paced streams: {row.Name}");
            await PacedStreams.RunAsync(row);
            streams.Add(await PacedStreams.RunAsync(row));
        }

        var other = new LoneRow("", second.Server, second.Key, GovernedGateway.Route);
        var (inRedis, inMemory) = (await CacheHits.InRedisAsync(rows[3], other), await CacheHits.InMemoryAsync(rows[2]));
        return new LoneReport(rows, streams, inRedis, inMemory, memory.Server.PeakMemory());
    }
}
