using LlmGateway.TestKit;

namespace LlmGateway.Benchmarks.Retrieval;

/// <summary>How good and how fast retrieval is, on real test sets.</summary>
internal static class RetrievalBenchmark
{
    /// <param name="args">Nothing for all, or <c>routing</c>, <c>ingestion</c> or <c>latency</c> for that alone.</param>
    public static async Task<int> RunAsync(string[] args)
    {
        if (SharedData.Find(out var reason) is not { } data)
        {
            Console.Error.WriteLine($"Nothing to measure on: {reason}.");
            return 1;
        }

        if (args is [])
        {
            SciFactQuality.Print(data);
            XQuadQuality.Print(data);
            await AdapterQuality.PrintAsync(data);
            RoutingAccuracy.Print(data);
            ChunkingQuality.Print(data);
        }

        if (args is ["routing"])
        {
            RoutingAccuracy.Print(data);
        }

        if (args is [] or ["ingestion"])
        {
            await IngestionRate.PrintAsync(data);
        }

        if (args is [] or ["latency"])
        {
            await SearchLatency.PrintAsync(data);
        }

        return 0;
    }
}
