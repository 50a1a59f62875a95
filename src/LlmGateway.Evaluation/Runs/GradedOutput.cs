using LlmGateway.Evaluation.Models;

namespace LlmGateway.Evaluation.Runs;

/// <summary>What a finished output adds to its run's totals.</summary>
internal sealed record GradedOutput(
    int Index, string Status, bool IsSampled, decimal? CostUsd, double? LatencyMs, IReadOnlyList<ModelUsage> Usage, IReadOnlyList<ItemResult> Results)
{
    public static GradedOutput Of(OutputItem output)
    {
        var sample = RunJson.ReadSample(output.Sample);
        return new GradedOutput(
            output.Index, output.Status, output.IsSampled, sample?.CostUsd, sample?.LatencyMs, RunJson.ReadUsage(output.Usage), RunJson.ReadResults(output.Results ?? "[]"));
    }
}
