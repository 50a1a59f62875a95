using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace LlmGateway.Benchmarks.Datasets;

/// <summary>The measures, over a filled store.</summary>
internal static class DatasetsMeasures
{
    private const int Rounds = 7;
    private const int Items = 100_000;
    private const int ImportedLines = 100_000;

    private static readonly (string Name, string Filter)[] DryRuns =
    [
        ("no filter", "{}"),
        ("a model", """{"model":"support"}"""),
        ("metadata", """{"metadata":{"team":"support"}}"""),
        ("a model, latency and finish", """{"model":"support","latency_ms":{"max":1000},"finish_reason":"stop"}"""),
        ("feedback", """{"feedback":{"metric":"helpful","equals":true}}"""),
        ("words", """{"model":"support","text":"otherwise"}"""),
        ("nothing that passes", """{"model":"nobody"}"""),
    ];

    public static async IAsyncEnumerable<string> RunAsync(DatasetsServer server)
    {
        var dataset = $"/v1/datasets/{(await server.PostAsync("/v1/datasets", """{"name":"bench"}""")).GetProperty("id").GetString()}";
        foreach (var (name, filter) in DryRuns)
        {
            yield return await DryRunAsync(server, dataset, name, filter);
        }

        yield return await BuildAsync(server, dataset);
        yield return await ImportAsync(server, dataset);
    }

    private static async Task<string> DryRunAsync(DatasetsServer server, string dataset, string name, string filter)
    {
        var times = new List<double>();
        var told = default(JsonElement);
        for (var round = 0; round < Rounds; round++)
        {
            var began = Stopwatch.GetTimestamp();
            told = await server.PostAsync($"{dataset}/from_inferences", $$"""{"dry_run":true,"filter":{{filter}}}""");
            times.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
        }

        times.Sort();
        return string.Create(
            CultureInfo.InvariantCulture,
            $"dry run by {name}: p50 {times[Rounds / 2]:0} ms, max {times[^1]:0} ms, {told.GetProperty("matching")} calls, {told.GetProperty("examples").GetArrayLength()} examples");
    }

    private static async Task<string> BuildAsync(DatasetsServer server, string dataset)
    {
        var (version, elapsed, peak) = await MeasureAsync(() => server.PostAsync($"{dataset}/versions", $$"""
            {
              "source": {"type": "from_inferences", "filter": {"model": "support"}, "limit": {{(Items * 10 / 9) + 1}}},
              "curation": [{"step": "exact_duplicates"}, {"step": "near_duplicates"}]
            }
            """));
        return string.Create(
            CultureInfo.InvariantCulture,
            $"version of {version.GetProperty("item_count")} items (left out: {version.GetProperty("dropped")}): {elapsed.TotalSeconds:0.0} s, peak memory {peak >> 20} MB");
    }

    private static async Task<string> ImportAsync(DatasetsServer server, string dataset)
    {
        var lines = new StringBuilder();
        for (var number = 0; number < ImportedLines; number++)
        {
            var question = TrafficFill.Question((number * 10) + 1);
            lines.Append(CultureInfo.InvariantCulture, $$$"""{"messages":[{"role":"user","content":"{{{question}}}"},{"role":"assistant","content":"answer {{{number}}}"}]}""").Append('\n');
        }

        var body = Encoding.UTF8.GetBytes(lines.ToString());
        lines.Clear();
        var (version, elapsed, peak) = await MeasureAsync(async () =>
        {
            using var form = new MultipartFormDataContent
            {
                { new StringContent("fine-tune"), "purpose" },
                { new ByteArrayContent(body), "file", "lines.jsonl" },
            };
            var file = await server.PostAsync("/v1/files", form);
            return await server.PostAsync($"{dataset}/versions", $$$"""{"source":{"type":"file","file_id":"{{{file.GetProperty("id").GetString()}}}"}}""");
        });
        return string.Create(
            CultureInfo.InvariantCulture,
            $"import of {version.GetProperty("item_count")} lines, {body.Length >> 20} MB: {elapsed.TotalSeconds:0.0} s, peak memory {peak >> 20} MB");
    }

    /// <summary>With the most memory that the process, client and server, had meanwhile, in bytes.</summary>
    private static async Task<(JsonElement Answer, TimeSpan Elapsed, long PeakBytes)> MeasureAsync(Func<Task<JsonElement>> work)
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        // Begins the peak anew, see https://man7.org/linux/man-pages/man5/proc_pid_clear_refs.5.html.
        await File.WriteAllTextAsync("/proc/self/clear_refs", "5");
        var began = Stopwatch.GetTimestamp();
        var answer = await work();
        var elapsed = Stopwatch.GetElapsedTime(began);
        using var process = Process.GetCurrentProcess();
        return (answer, elapsed, process.PeakWorkingSet64);
    }
}
