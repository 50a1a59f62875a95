using LlmGateway.TestKit;

namespace LlmGateway.Benchmarks.Retrieval;

/// <summary>How good and how fast retrieval is, on real test sets.</summary>
internal static class RetrievalBenchmark
{
    private static readonly (string Name, Func<string, Task> Print)[] Parts =
    [
        ("scifact", AtOnce(SciFactQuality.Print)),
        ("xquad", AtOnce(XQuadQuality.Print)),
        ("adapter", AdapterQuality.PrintAsync),
        ("routing", AtOnce(RoutingAccuracy.Print)),
        ("chunking", AtOnce(ChunkingQuality.Print)),
        ("ingestion", IngestionRate.PrintAsync),
        ("latency", SearchLatency.PrintAsync),
    ];

    /// <param name="args">The parts to measure; none for all of them.</param>
    public static async Task<int> RunAsync(string[] args)
    {
        if (args.Except(Parts.Select(part => part.Name)).FirstOrDefault() is { } unknown)
        {
            Console.Error.WriteLine($"'{unknown}' is no part: choose of {string.Join(", ", Parts.Select(part => part.Name))}.");
            return 2;
        }

        if (SharedData.Find(out var reason) is not { } data)
        {
            Console.Error.WriteLine($"Nothing to measure on: {reason}.");
            return 1;
        }

        foreach (var (_, print) in Parts.Where(part => args is [] || args.Contains(part.Name)))
        {
            await print(data);
        }

        return 0;
    }

    private static Func<string, Task> AtOnce(Action<string> print) => data =>
    {
        print(data);
        return Task.CompletedTask;
    };
}
