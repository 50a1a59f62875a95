using System.Text.Json;
using System.Text.Json.Serialization;
using LlmGateway.Evaluation.Models;
using LlmGateway.Evaluation.Sampling;
using LlmGateway.Service;

namespace LlmGateway.Evaluation.Runs;

/// <summary>A run in OpenAI's form. Ours are <c>abstained</c> among the counts, and what stands behind a criterion's share.</summary>
internal sealed record RunView(
    string Id,
    string Object,
    string EvalId,
    string Status,
    string Model,
    string Name,
    long CreatedAt,
    string ReportUrl,
    RunCounts ResultCounts,
    IReadOnlyList<ModelUsageView> PerModelUsage,
    IReadOnlyList<CriterionView> PerTestingCriteriaResults,
    JsonElement DataSource,
    JsonElement Metadata,
    ApiFault? Error,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] RepetitionView? Repetitions)
{
    /// <param name="run">The run.</param>
    /// <param name="address">The caller's view of this server, for the report's URL.</param>
    public static RunView Of(Run run, string address)
    {
        var totals = RunJson.ReadTotals(run.Totals);
        return new RunView(
            run.Id,
            "eval.run",
            run.EvalId,
            run.Status,
            run.Model,
            run.Name,
            UnixMicros.ToSeconds(run.CreatedAt),
            $"{address}/v1/evals/{run.EvalId}/runs/{run.Id}/output_items",
            new RunCounts(totals.Total, totals.Errored, totals.Failed, totals.Passed, totals.Abstained),
            [.. totals.Models.Select(ModelUsageView.Of)],
            [.. totals.Criteria.Select(CriterionView.Of)],
            JsonText.Parse(run.DataSource),
            Evaluation.Metadata.Show(run.Metadata),
            run.ErrorCode is null ? null : new ApiFault(run.ErrorCode, run.ErrorMessage ?? ""),
            RepetitionView.Of(totals.Repetitions));
    }
}

/// <summary>A run's items by how they came out; those still to come are counted in the total alone.</summary>
internal sealed record RunCounts(int Total, int Errored, int Failed, int Passed, int Abstained);

/// <summary>What calls of a model used; null where the provider did not say.</summary>
internal sealed record ModelUsageView(
    string ModelName, int InvocationCount, long? PromptTokens, long? CompletionTokens, long? TotalTokens, long? CachedTokens)
{
    public static ModelUsageView Of(ModelUsage usage) =>
        new(usage.Model, usage.Calls, usage.PromptTokens, usage.CompletionTokens, usage.TotalTokens, usage.CachedTokens);
}

/// <summary>How items came out by one testing criterion. The mean is over what was scored; null if nothing was.</summary>
internal sealed record CriterionView(
    string TestingCriteria, int Passed, int Failed, int Errored, int Abstained, double? MeanScore,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] ClassificationView? Classification,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] RepetitionView? Repetitions)
{
    public static CriterionView Of(CriterionTotals totals) => new(
        totals.Name,
        totals.Passed,
        totals.Failed,
        totals.Errored,
        totals.Abstained,
        totals.Passed + totals.Failed == 0 ? null : totals.ScoreSum / (totals.Passed + totals.Failed),
        ClassificationView.Of(totals),
        RepetitionView.Of(totals.Repetitions));
}

/// <summary>The answer to a run's deletion.</summary>
internal sealed record DeletedRun(string RunId, string Object = "eval.run.deleted", bool Deleted = true);
