using System.Diagnostics;
using LlmGateway.Benchmarks.Gateway.Servers;
using LlmGateway.TestKit;
using LlmGateway.TestKit.Servers;

namespace LlmGateway.Benchmarks.Ingestion;

/// <summary>
/// From a full spool through RabbitMQ (a quorum queue, each batch confirmed) and Datasets in its own process into
/// PostgreSQL, beside bare inserts of the same size. The servers are started for it, on this machine.
/// </summary>
internal static class BrokerBenchmark
{
    private const int BodyBytes = 2 << 10;
    private const int Records = 200_000;

    public static async Task RunAsync(int runs)
    {
        await using var servers = await ServerSet.StartNewAsync("rabbitmq", "postgres");
        await using var store = new PostgresStore(servers);
        using var data = new TempFolder();
        await using var datasets = await DatasetsServer.StartAsync(servers.RabbitMq, store.Connection, data);
        await MeasureAsync(servers, store, datasets, Records / 4);
        var results = new List<IngestionRun>();
        var bare = new List<IngestionRun>();
        for (var run = 0; run < runs; run++)
        {
            results.Add(await MeasureAsync(servers, store, datasets, Records));
            bare.Add(await BareInserts.IntoPostgresAsync(store, BodyBytes, Records));
        }

        Console.WriteLine($"RabbitMQ and PostgreSQL, {Records} records of {BodyBytes >> 10} KB, {runs} runs: {IngestionRun.Describe(results)}");
        Console.WriteLine($"  bare inserts of the same size: {IngestionRun.Describe(bare)}");
    }

    private static async Task<IngestionRun> MeasureAsync(ServerSet servers, PostgresStore store, ServerProcess datasets, int records)
    {
        await store.ClearAsync();
        using var spool = new FullSpool(BodyBytes, records);
        await using var sender = IngestionHost.BuildSender(spool.Path, servers.RabbitMq);
        using var process = Process.GetCurrentProcess();
        var processor = process.TotalProcessorTime + datasets.ProcessorTime();
        var start = Stopwatch.GetTimestamp();
        await sender.StartAsync();
        // What is shipped last is stored last, give or take a batch: counting all the time would be part of the load.
        await store.WaitForAsync(spool.LastId);
        while (await store.CountAsync() < records)
        {
            await Task.Delay(5);
        }

        var elapsed = Stopwatch.GetElapsedTime(start);
        process.Refresh();
        var used = process.TotalProcessorTime + datasets.ProcessorTime() - processor;
        await sender.StopAsync();
        return new IngestionRun(records, elapsed, used, null);
    }
}
