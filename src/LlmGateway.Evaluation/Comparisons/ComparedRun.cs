using LlmGateway.Evaluation.Runs;

namespace LlmGateway.Evaluation.Comparisons;

/// <summary>A run and what it cost. Unknown is null.</summary>
internal sealed record ComparedRun(
    string RunId, string Name, string Model, int Items, int Errored, double? MeanLatencyMs, decimal? CostUsd, long? TotalTokens)
{
    public static ComparedRun Of(Run run)
    {
        var totals = RunJson.ReadTotals(run.Totals);
        var sampled = totals.LatencyMs > 0 ? totals.Sampled : 0;
        return new ComparedRun(
            run.Id,
            run.Name,
            run.Model,
            totals.Total,
            totals.Errored,
            sampled == 0 ? null : totals.LatencyMs / sampled,
            totals.CostUsd,
            totals.Models.Aggregate((long?)0, (sum, model) => sum + model.TotalTokens));
    }
}
