using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;

namespace LlmGateway.Benchmarks.Evaluation;

/// <summary>
/// What evaluation itself costs: 10,000 recorded outputs, so that no model is called, graded by one grader and by four, and two such
/// runs compared by all four criteria. Standalone's way: one process, the embedded store.
/// </summary>
internal static class EvaluationBenchmark
{
    private const int Items = 10_000;

    private static readonly JsonArray FourGraders =
    [
        JsonNode.Parse("""{"type": "string_check", "name": "equal", "input": "{{ sample.output_text }}", "reference": "{{ item.answer }}", "operation": "eq"}"""),
        JsonNode.Parse("""{"type": "exact_match", "name": "exact", "reference": "{{ item.answer }}"}"""),
        JsonNode.Parse("""{"type": "text_similarity", "name": "fuzzy", "input": "{{ sample.output_text }}", "reference": "{{ item.answer }}", "evaluation_metric": "fuzzy_match", "pass_threshold": 0.8}"""),
        JsonNode.Parse("""{"type": "text_similarity", "name": "rouge", "input": "{{ sample.output_text }}", "reference": "{{ item.answer }}", "evaluation_metric": "rouge_l", "pass_threshold": 0.5}"""),
    ];

    /// <param name="args">How many rounds; the default is 3, after one that warms up.</param>
    public static async Task<int> RunAsync(string[] args)
    {
        var rounds = args is [var number] ? int.Parse(number, CultureInfo.InvariantCulture) : 3;
        var results = new List<EvaluationRound>();
        for (var round = 0; round <= rounds; round++)
        {
            // A store of its own, so that no round pays for the rows of another.
            await using var host = await EvaluationServer.StartAsync();
            var result = await MeasureAsync(host);
            if (round > 0)
            {
                results.Add(result);
            }
        }

        Print(results);
        return 0;
    }

    private static async Task<EvaluationRound> MeasureAsync(EvaluationServer host)
    {
        var one = await host.CreateEvalAsync(new JsonArray(FourGraders[0]!.DeepClone()));
        var bare = (await host.RunAsync(one, "first", Items)).Elapsed;
        var four = await host.CreateEvalAsync(FourGraders.DeepClone().AsArray());
        var (first, graded) = await host.RunAsync(four, "first", Items);
        var (second, _) = await host.RunAsync(four, "second", Items);
        var start = Stopwatch.GetTimestamp();
        await host.PostAsync($"/v1/evals/{four}/comparisons", new JsonObject { ["baseline"] = first, ["candidates"] = new JsonArray(second) });
        return new EvaluationRound(bare, graded, Stopwatch.GetElapsedTime(start), PeakMemoryBytes());
    }

    private static long PeakMemoryBytes()
    {
        using var process = Process.GetCurrentProcess();
        return process.PeakWorkingSet64;
    }

    private static void Print(IReadOnlyList<EvaluationRound> rounds)
    {
        Console.WriteLine("| what | measured | goal | |");
        Console.WriteLine("|---|---|---|---|");
        Row(string.Create(CultureInfo.InvariantCulture, $"{Items} items, four code graders, replayed"), rounds, round => round.FourGraders.TotalSeconds, "s", 20);
        Row("the harness with one grader, an item", rounds, round => round.OneGrader.TotalMilliseconds / Items, "ms", 1);
        Row(string.Create(CultureInfo.InvariantCulture, $"two runs of {Items} items compared by four criteria"), rounds, round => round.Comparison.TotalSeconds, "s", 2);
        Row("peak memory of the process, load included", rounds, round => round.PeakMemoryBytes / 1048576.0, "MB", null);
    }

    private static void Row(string what, IReadOnlyList<EvaluationRound> rounds, Func<EvaluationRound, double> figure, string unit, double? goal)
    {
        var figures = rounds.Select(figure).Order().ToList();
        var median = figures[figures.Count / 2];
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {what} | {median:0.00} ({figures[0]:0.00}–{figures[^1]:0.00}) {unit} | {(goal is { } limit ? $"< {limit} {unit}" : "–")} | {(goal is null ? "" : median < goal ? "met" : "**missed**")} |"));
    }
}

/// <summary>What a round took.</summary>
/// <param name="OneGrader">A run with one grader, from its request to its end.</param>
/// <param name="FourGraders">The same with four.</param>
/// <param name="Comparison">The request that compares two of them.</param>
/// <param name="PeakMemoryBytes">The process's, up to then.</param>
internal sealed record EvaluationRound(TimeSpan OneGrader, TimeSpan FourGraders, TimeSpan Comparison, long PeakMemoryBytes);
