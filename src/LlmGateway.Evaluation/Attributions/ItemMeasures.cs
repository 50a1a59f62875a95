using System.Text.Json;
using LlmGateway.Evaluation.Runs;

namespace LlmGateway.Evaluation.Attributions;

/// <summary>What was measured of an item in a run. Unknown is null.</summary>
internal readonly record struct ItemMeasures(double? Score, double? CostUsd, double? LatencyMs)
{
    /// <param name="results">The output item's results; null before grading.</param>
    /// <param name="sample">Its sample; null for none.</param>
    /// <param name="criterion">The grader whose score counts.</param>
    public static ItemMeasures Read(string? results, string? sample, string criterion)
    {
        var score = RunJson.ReadResults(results ?? "[]").FirstOrDefault(result => result.Name == criterion)?.Score;
        if (sample is null)
        {
            return new ItemMeasures(score, null, null);
        }

        using var document = JsonDocument.Parse(sample);
        return new ItemMeasures(score, Number(document.RootElement, "cost_usd"), Number(document.RootElement, "latency_ms"));
    }

    private static double? Number(JsonElement sample, string name) =>
        sample.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetDouble() : null;
}
