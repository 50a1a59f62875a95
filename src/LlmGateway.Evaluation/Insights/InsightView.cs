using LlmGateway.Evaluation.Sampling;
using LlmGateway.Service;

namespace LlmGateway.Evaluation.Insights;

/// <summary>An insight as it is shown; what it found is null until it has ended.</summary>
internal sealed record InsightView(
    string Id,
    string Object,
    string EvalId,
    string RunId,
    string Status,
    long CreatedAt,
    IReadOnlyList<string> TestingCriteria,
    string? Summary,
    GradedCounts? Counts,
    int? Probed,
    int? Controls,
    IReadOnlyList<ProbeResult> Probes,
    IReadOnlyList<FailureGroup>? Groups,
    AxisPosition? Position,
    IReadOnlyList<NextStep>? NextSteps,
    ApiFault? Error)
{
    public static InsightView Of(Insight insight)
    {
        var plan = InsightJson.ReadPlan(insight.Plan);
        var report = insight.Report is { } json ? InsightJson.ReadReport(json) : null;
        return new InsightView(
            insight.Id,
            "insight",
            insight.EvalId,
            insight.RunId,
            insight.Status,
            UnixMicros.ToSeconds(insight.CreatedAt),
            plan.Criteria,
            report?.Summary,
            plan.Counts,
            report?.Probed,
            report?.Controls,
            report?.Probes ?? [.. plan.Probes.Select(ProbeMeasures.NotYet)],
            report?.Groups,
            report?.Position,
            report?.NextSteps,
            insight.ErrorCode is null ? null : new ApiFault(insight.ErrorCode, insight.ErrorMessage ?? ""));
    }
}

/// <summary>An item that was probed, with the evidence.</summary>
internal sealed record InsightItemView(
    string Id, string Object, string InsightId, string OutputItemId, int DatasourceItemId, bool IsControl, string? Label, Evidence Evidence)
{
    public static InsightItemView Of(InsightItem item) => new(
        item.Id, "insight.item", item.InsightId, item.OutputItemId, item.Index, item.IsControl, item.Label, InsightJson.ReadEvidence(item.Evidence));
}

/// <summary>The answer to an insight's deletion.</summary>
internal sealed record DeletedInsight(string Id, string Object = "insight.deleted", bool Deleted = true);
