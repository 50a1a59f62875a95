using System.Diagnostics;

namespace LlmGateway.Benchmarks.Ingestion;

/// <summary>From a full spool into the embedded store, by the way that Standalone uses, beside bare inserts of the same size.</summary>
internal static class EmbeddedBenchmark
{
    private static readonly (int BodyBytes, int Records)[] Loads = [(2 << 10, 200_000), (100 << 10, 10_000)];

    public static async Task RunAsync(int runs)
    {
        await MeasureAsync(Loads[0].BodyBytes, Loads[0].Records / 4);
        foreach (var (bodyBytes, records) in Loads)
        {
            var results = new List<IngestionRun>();
            var bare = new List<IngestionRun>();
            for (var run = 0; run < runs; run++)
            {
                results.Add(await MeasureAsync(bodyBytes, records));
                bare.Add(BareInserts.IntoSqlite(bodyBytes, records));
            }

            Console.WriteLine($"embedded store, {records} records of {bodyBytes >> 10} KB, {runs} runs: {IngestionRun.Describe(results)}");
            Console.WriteLine($"  bare inserts of the same size: {IngestionRun.Describe(bare)}");
        }
    }

    private static async Task<IngestionRun> MeasureAsync(int bodyBytes, int records)
    {
        using var spool = new FullSpool(bodyBytes, records);
        await using var app = IngestionHost.Build(spool.Path);
        using var process = Process.GetCurrentProcess();
        var processor = process.TotalProcessorTime;
        var start = Stopwatch.GetTimestamp();
        await FullSpool.ShipAsync(app);
        var elapsed = Stopwatch.GetElapsedTime(start);
        process.Refresh();
        var used = process.TotalProcessorTime - processor;
        await app.StopAsync();
        return new IngestionRun(records, elapsed, used, new DirectoryInfo(spool.Path).EnumerateFiles("datasets.db*").Sum(file => file.Length));
    }
}
