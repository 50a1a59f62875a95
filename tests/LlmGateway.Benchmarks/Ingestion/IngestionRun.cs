using System.Globalization;

namespace LlmGateway.Benchmarks.Ingestion;

/// <summary>What one run took.</summary>
/// <param name="Records">Calls that were stored.</param>
/// <param name="Elapsed">From the shipper's start to the last commit.</param>
/// <param name="Processor">Processor time of our processes, user and system; not of servers.</param>
/// <param name="BytesStored">Size of the store; null where it is not ours to measure.</param>
internal sealed record IngestionRun(int Records, TimeSpan Elapsed, TimeSpan Processor, long? BytesStored)
{
    /// <summary>Median (least–most) of some runs in one line.</summary>
    public static string Describe(IReadOnlyList<IngestionRun> runs)
    {
        var line = $"{Spread(runs, run => run.Records / run.Elapsed.TotalSeconds)} records/s, {Spread(runs, run => run.Processor.TotalMicroseconds / run.Records)} µs CPU/record in our processes";
        return runs.All(run => run.BytesStored is not null)
            ? $"{line}, {Spread(runs, run => (double)run.BytesStored!.Value / run.Records)} bytes stored/record"
            : line;
    }

    private static string Spread(IReadOnlyList<IngestionRun> runs, Func<IngestionRun, double> number)
    {
        var sorted = runs.Select(number).Order().ToList();
        return string.Create(CultureInfo.InvariantCulture, $"{sorted[sorted.Count / 2]:0.#} ({sorted[0]:0.#}–{sorted[^1]:0.#})");
    }
}
