using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using HdrHistogram;
using LlmGateway.Contracts.Gateway;
using LlmGateway.Gateway.Spooling;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace LlmGateway.Benchmarks;

/// <summary>How long an append to the spool takes: 16 writers, together 8,000 records of 2 KB a second, in an open loop for 10 s.</summary>
internal static class SpoolBenchmark
{
    private const int Writers = 16;
    private const int Rate = 8000;
    private const int BodyBytes = 1024;

    /// <param name="args">Seconds to measure, default 10, after one second to warm up.</param>
    public static async Task<int> RunAsync(string[] args)
    {
        var seconds = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 10;
        var folder = Directory.CreateTempSubdirectory("llmgateway-spool-");
        try
        {
            await using var services = new ServiceCollection().AddMetrics().AddSingleton<SpoolMetrics>().BuildServiceProvider();
            using var spool = new InferenceSpool(
                Options.Create(new SpoolOptions { Path = folder.FullName }),
                services.GetRequiredService<SpoolMetrics>(),
                TimeProvider.System,
                NullLogger<InferenceSpool>.Instance);
            await MeasureAsync(spool, seconds: 1);
            Print(await MeasureAsync(spool, seconds));
            return 0;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<LongConcurrentHistogram> MeasureAsync(InferenceSpool spool, int seconds)
    {
        var histogram = new LongConcurrentHistogram(1, TimeSpan.TicksPerMinute * 100, 3);
        var writers = Enumerable.Range(0, Writers)
            .Select(writer => Task.Factory.StartNew(() => Write(spool, histogram, writer, seconds), TaskCreationOptions.LongRunning));
        await Task.WhenAll(writers);
        return histogram;
    }

    /// <summary>Each writer has its own times to write at; one that is late does not make the next ones later.</summary>
    private static void Write(InferenceSpool spool, LongConcurrentHistogram histogram, int writer, int seconds)
    {
        var body = new ReadOnlySequence<byte>(new byte[BodyBytes]);
        var interval = (double)Stopwatch.Frequency * Writers / Rate;
        var begin = Stopwatch.GetTimestamp() + (interval * writer / Writers);
        for (var i = 0; i < seconds * Rate / Writers; i++)
        {
            var due = (long)(begin + (i * interval));
            while (Stopwatch.GetTimestamp() is var now && now < due)
            {
                Thread.Sleep(TimeSpan.FromSeconds((double)(due - now) / Stopwatch.Frequency));
            }

            var record = Record();
            var start = Stopwatch.GetTimestamp();
            spool.Append(record, body, body);
            histogram.RecordValue((long)Stopwatch.GetElapsedTime(start).TotalNanoseconds);
        }
    }

    private static InferenceRecord Record() => new()
    {
        Id = Guid.CreateVersion7(),
        ProjectId = "proj_default",
        Operation = "chat.completions",
        RequestedModel = "gpt-4o-mini",
        Model = "openai/gpt-4o-mini",
        Provider = "openai",
        CreatedAtMicros = 1_760_000_000_000_000,
        Status = 200,
        InputTokens = 100,
        OutputTokens = 100,
        BodiesKept = true,
    };

    private static void Print(LongConcurrentHistogram histogram) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"spool append, {histogram.TotalCount} records: p50 {histogram.GetValueAtPercentile(50) / 1000.0:0.0} µs, p99 {histogram.GetValueAtPercentile(99) / 1000.0:0.0} µs, p99.9 {histogram.GetValueAtPercentile(99.9) / 1000.0:0.0} µs, max {histogram.GetMaxValue() / 1000.0:0.0} µs"));
}
