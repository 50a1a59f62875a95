using System.Text.Json;
using LlmGateway.Evaluation.Models;
using LlmGateway.Evaluation.Sampling;

namespace LlmGateway.Evaluation.Runs;

/// <summary>What runs and items keep as JSON.</summary>
internal static class RunJson
{
    public static readonly string NoTotals = Write(new RunTotals());

    public static string Write(RunTotals totals) => JsonSerializer.Serialize(totals, EvaluationJson.TypeInfo<RunTotals>());

    public static RunTotals ReadTotals(string json) => JsonSerializer.Deserialize(json, EvaluationJson.TypeInfo<RunTotals>())!;

    public static string Write(IEnumerable<ItemResult> results) => JsonSerializer.Serialize([.. results], EvaluationJson.TypeInfo<ItemResult[]>());

    public static ItemResult[] ReadResults(string json) => JsonSerializer.Deserialize(json, EvaluationJson.TypeInfo<ItemResult[]>())!;

    public static string Write(IReadOnlyList<ModelUsage> usage) => JsonSerializer.Serialize(usage, EvaluationJson.TypeInfo<IReadOnlyList<ModelUsage>>());

    public static IReadOnlyList<ModelUsage> ReadUsage(string? json) =>
        json is null ? [] : JsonSerializer.Deserialize(json, EvaluationJson.TypeInfo<IReadOnlyList<ModelUsage>>())!;

    public static SampleView? ReadSample(string? json) => json is null ? null : JsonSerializer.Deserialize(json, EvaluationJson.TypeInfo<SampleView>());

    /// <summary>The sample as it is shown; null where nothing was sampled.</summary>
    public static string? WriteSample(ItemOutcome outcome, RunPlan plan)
    {
        // A recorded output was not asked for with parameters.
        var request = plan.Replay is null ? plan.Request : null;
        var view = outcome.Fault is { } fault ? SampleView.Of(fault, plan.Model, request)
            : outcome.Sample is { } sample ? SampleView.Of(sample, request)
            : null;
        return view is null ? null : JsonSerializer.Serialize(view, EvaluationJson.TypeInfo<SampleView>());
    }
}
