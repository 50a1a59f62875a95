using LlmGateway.TestKit;

namespace LlmGateway.Benchmarks.Retrieval;

/// <summary>How good and how fast retrieval is, on real test sets.</summary>
internal static class RetrievalBenchmark
{
    public static async Task<int> RunAsync()
    {
        if (SharedData.Find(out var reason) is not { } data)
        {
            Console.Error.WriteLine($"Nothing to measure on: {reason}.");
            return 1;
        }

        SciFactQuality.Print(data);
        XQuadQuality.Print(data);
        await AdapterQuality.PrintAsync(data);
        return 0;
    }
}
