using System.Diagnostics;
using System.Globalization;
using LlmGateway.Gateway.Spooling;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace LlmGateway.Benchmarks.Ingestion;

/// <summary>How fast a full spool reaches the embedded store, by the way that Standalone uses, and what that costs.</summary>
internal static class IngestionBenchmark
{
    private static readonly (int BodyBytes, int Records)[] Loads = [(2 << 10, 200_000), (100 << 10, 10_000)];

    /// <param name="args">Runs of each size, default 5, after one to warm up; or <c>list</c> and a number of rows.</param>
    public static async Task<int> RunAsync(string[] args)
    {
        if (args is ["list", .. var rows])
        {
            return await ListingBenchmark.RunAsync(rows.Length > 0 ? int.Parse(rows[0], CultureInfo.InvariantCulture) : 1_000_000);
        }

        var runs = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 5;
        await MeasureAsync(Loads[0].BodyBytes, Loads[0].Records / 4);
        foreach (var (bodyBytes, records) in Loads)
        {
            var results = new List<(double Rate, double Cpu, double Stored)>();
            for (var run = 0; run < runs; run++)
            {
                results.Add(await MeasureAsync(bodyBytes, records));
            }

            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{bodyBytes >> 10} KB, {records} records, {runs} runs: {Spread(results, result => result.Rate)} records/s, {Spread(results, result => result.Cpu)} µs CPU/record, {Spread(results, result => result.Stored)} bytes stored/record"));
        }

        return 0;
    }

    /// <summary>Fills a spool and stores it again, as the listing needs it too.</summary>
    public static async Task ShipAsync(WebApplication app)
    {
        await app.StartAsync();
        var spool = app.Services.GetRequiredService<InferenceSpool>();
        while (spool.UnshippedBytes > 0)
        {
            await Task.Delay(1);
        }
    }

    public static async Task FillAsync(string folder, int bodyBytes, int records)
    {
        await using var services = new ServiceCollection().AddMetrics().AddSingleton<SpoolMetrics>().BuildServiceProvider();
        using var spool = new InferenceSpool(
            Options.Create(new SpoolOptions { Path = Path.Combine(folder, "spool"), MaxBytes = 16L << 30 }),
            services.GetRequiredService<SpoolMetrics>(),
            TimeProvider.System,
            NullLogger<InferenceSpool>.Instance);
        var calls = new SampleCalls(bodyBytes);
        for (var number = 0; number < records; number++)
        {
            spool.Append(SampleCalls.Record(number), calls.Request(number), calls.Response(number));
        }
    }

    private static async Task<(double Rate, double Cpu, double Stored)> MeasureAsync(int bodyBytes, int records)
    {
        var folder = Directory.CreateTempSubdirectory("llmgateway-ingestion-");
        try
        {
            await FillAsync(folder.FullName, bodyBytes, records);
            await using var app = IngestionHost.Build(folder.FullName, withShipper: true);
            var process = Process.GetCurrentProcess();
            var cpu = process.TotalProcessorTime;
            var start = Stopwatch.GetTimestamp();
            await ShipAsync(app);
            var elapsed = Stopwatch.GetElapsedTime(start);
            process.Refresh();
            var used = process.TotalProcessorTime - cpu;
            await app.StopAsync();
            var stored = folder.EnumerateFiles("datasets.db*").Sum(file => file.Length);
            return (records / elapsed.TotalSeconds, used.TotalMicroseconds / records, (double)stored / records);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static string Spread<T>(List<T> results, Func<T, double> number)
    {
        var sorted = results.Select(number).Order().ToList();
        return string.Create(CultureInfo.InvariantCulture, $"{sorted[sorted.Count / 2]:0.#} ({sorted[0]:0.#}–{sorted[^1]:0.#})");
    }
}
