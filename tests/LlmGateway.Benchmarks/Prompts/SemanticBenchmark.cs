using LlmGateway.TestKit;

namespace LlmGateway.Benchmarks.Prompts;

/// <summary>The semantic cache: how often it is right, and how long it looks.</summary>
internal static class SemanticBenchmark
{
    public static async Task<int> RunAsync()
    {
        if (SharedData.Find(out var missing) is not { } data)
        {
            Console.WriteLine($"semantic: {missing}");
            return 0;
        }

        SemanticPrecision.Run(data);
        await SemanticLookups.RunAsync(data);
        return 0;
    }
}
