using System.Globalization;
using LlmGateway.Benchmarks.Ingestion;
using LlmGateway.TestKit;
using LlmGateway.TestKit.Servers;

namespace LlmGateway.Benchmarks.Datasets;

/// <summary>
/// Near duplicates; and from a million logged calls to a dataset: what a dry run, a version of 100,000 items without duplicates, and
/// the import of a file of 100,000 lines take, in each store.
/// </summary>
internal static class DatasetsBenchmark
{
    private const int Calls = 1_000_000;

    /// <param name="args"><c>near</c> (duplicates), <c>embedded</c> or <c>postgres</c>, by default all; and how many calls.</param>
    public static async Task<int> RunAsync(string[] args)
    {
        if (args is not ["embedded" or "postgres", ..] && NearDuplicateBenchmark.Run() is not 0 and var code)
        {
            return code;
        }

        if (args is ["near"])
        {
            return 0;
        }

        var calls = args is [.., var last] && int.TryParse(last, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : Calls;
        if (!args.Contains("postgres"))
        {
            await MeasureAsync("embedded store", calls, null, () => Task.CompletedTask);
        }

        if (!args.Contains("embedded"))
        {
            await using var servers = await ServerSet.StartNewAsync("postgres");
            await using var store = new PostgresStore(servers);
            // As its own service does within a minute: right after a load its planner would guess.
            await MeasureAsync("PostgreSQL", calls, store.Connection, () => store.RunAsync("VACUUM ANALYZE"));
        }

        return 0;
    }

    private static async Task MeasureAsync(string name, int calls, string? store, Func<Task> settle)
    {
        using var folder = new TempFolder();
        await using var server = await DatasetsServer.StartAsync(folder.Path, store);
        var filled = await TrafficFill.FillAsync(server, calls);
        await settle();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name}: {calls} calls stored in {filled.TotalSeconds:0.0} s"));
        await foreach (var result in DatasetsMeasures.RunAsync(server))
        {
            Console.WriteLine($"  {result}");
        }
    }
}
