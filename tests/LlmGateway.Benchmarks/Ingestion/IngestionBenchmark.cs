using System.Globalization;

namespace LlmGateway.Benchmarks.Ingestion;

/// <summary>How fast a full spool reaches the store, by the way that each shape uses, and what that costs.</summary>
internal static class IngestionBenchmark
{
    private const int Runs = 5;
    private const int ListedRows = 1_000_000;

    /// <param name="args">What to measure: <c>embedded</c>, <c>broker</c> or <c>list</c>, by default the first two; and how many runs or rows.</param>
    public static async Task<int> RunAsync(string[] args)
    {
        switch (args)
        {
            case ["list", .. var rows]:
                await ListingBenchmark.RunAsync(Number(rows, ListedRows));
                return 0;
            case ["embedded", .. var runs]:
                await EmbeddedBenchmark.RunAsync(Number(runs, Runs));
                return 0;
            case ["broker", .. var runs]:
                await BrokerBenchmark.RunAsync(Number(runs, Runs));
                return 0;
            default:
                await EmbeddedBenchmark.RunAsync(Number(args, Runs));
                await BrokerBenchmark.RunAsync(Number(args, Runs));
                return 0;
        }
    }

    private static int Number(string[] args, int otherwise) => args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : otherwise;
}
