using System.Globalization;
using LlmGateway.TestKit;

namespace LlmGateway.Benchmarks.Local;

/// <summary>How good the local model is on real test sets. Nothing is drawn by chance: each run gives the same table.</summary>
internal static class LocalBenchmark
{
    public static int Run()
    {
        if (SharedData.Find(out var reason) is not { } data)
        {
            Console.Error.WriteLine($"Nothing to measure on: {reason}.");
            return 1;
        }

        Console.WriteLine("| data | what | cases | result | 95 % interval | goal | |");
        Console.WriteLine("|---|---|---|---|---|---|---|");
        foreach (var row in Banking77.Measure(data).Concat(FineTuned.Measure(data)).Concat(ToolCalls.Measure(data)).Concat(XQuad.Measure(data)).Concat(SciFact.Measure(data)))
        {
            Print(row);
        }

        return 0;
    }

    private static void Print(Measure row)
    {
        var verdict = row.Goal is not { } goal ? "" : row.Result.Mean >= goal ? "met" : row.Result.High >= goal ? "within the interval" : "**missed**";
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {row.Data} | {row.What} | {row.Result.Cases} | {row.Result.Mean:.000} | {row.Result.Low:.000}–{row.Result.High:.000} | {row.Goal:.00#} | {verdict} |"));
    }
}
