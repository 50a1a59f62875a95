using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using LlmGateway.Contracts.Datasets;
using LlmGateway.Contracts.Gateway;
using LlmGateway.Evaluation.Attributions;
using LlmGateway.Evaluation.Calibrations;
using LlmGateway.Evaluation.Comparisons;
using LlmGateway.Evaluation.Evals;
using LlmGateway.Evaluation.Experiments;
using LlmGateway.Evaluation.Gates;
using LlmGateway.Evaluation.Graders;
using LlmGateway.Evaluation.Insights;
using LlmGateway.Evaluation.Judges.Kinds;
using LlmGateway.Evaluation.Judges.Ragas;
using LlmGateway.Evaluation.Models;
using LlmGateway.Evaluation.Online;
using LlmGateway.Evaluation.Runs;
using LlmGateway.Evaluation.Sampling;
using LlmGateway.Evaluation.Sampling.Blocks;
using LlmGateway.Evaluation.SavedItems;
using LlmGateway.OpenAI;

namespace LlmGateway.Evaluation;

/// <summary>JSON of the service's own resources. Unknown values are written as null: absent is not zero.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(EvalView))]
[JsonSerializable(typeof(ListPage<EvalView>))]
[JsonSerializable(typeof(DeletedEval))]
[JsonSerializable(typeof(RunView))]
[JsonSerializable(typeof(ListPage<RunView>))]
[JsonSerializable(typeof(ListPage<ModelRunView>))]
[JsonSerializable(typeof(DeletedRun))]
[JsonSerializable(typeof(OutputItemView))]
[JsonSerializable(typeof(ListPage<OutputItemView>))]
[JsonSerializable(typeof(ComparisonView))]
[JsonSerializable(typeof(ListPage<ComparisonView>))]
[JsonSerializable(typeof(DeletedComparison))]
[JsonSerializable(typeof(GateView))]
[JsonSerializable(typeof(ListPage<GateView>))]
[JsonSerializable(typeof(DeletedGate))]
[JsonSerializable(typeof(CalibrationView))]
[JsonSerializable(typeof(ListPage<CalibrationView>))]
[JsonSerializable(typeof(ScoreDetails))]
[JsonSerializable(typeof(LabelDetails))]
[JsonSerializable(typeof(PairwiseDetails))]
[JsonSerializable(typeof(RubricDetails))]
[JsonSerializable(typeof(ClaimDetails))]
[JsonSerializable(typeof(AnswerRelevancyDetails))]
[JsonSerializable(typeof(ContextPrecisionDetails))]
[JsonSerializable(typeof(NoiseSensitivityDetails))]
[JsonSerializable(typeof(FactualCorrectnessDetails))]
[JsonSerializable(typeof(GraderRunView))]
[JsonSerializable(typeof(ValidatedGrader))]
[JsonSerializable(typeof(RunTotals))]
[JsonSerializable(typeof(ItemResult[]))]
[JsonSerializable(typeof(SampleView))]
[JsonSerializable(typeof(RuleView))]
[JsonSerializable(typeof(ListPage<RuleView>))]
[JsonSerializable(typeof(DeletedRule))]
[JsonSerializable(typeof(BackfillView))]
[JsonSerializable(typeof(DryRunView))]
[JsonSerializable(typeof(SaidOfCall))]
[JsonSerializable(typeof(SavedItemsView))]
[JsonSerializable(typeof(IReadOnlyList<ToolCall>))]
[JsonSerializable(typeof(IReadOnlyList<RetrievedPassage>))]
[JsonSerializable(typeof(AttributionPlan))]
[JsonSerializable(typeof(AttributionResult))]
[JsonSerializable(typeof(AttributionView))]
[JsonSerializable(typeof(ListPage<AttributionSummary>))]
[JsonSerializable(typeof(DeletedAttribution))]
[JsonSerializable(typeof(IReadOnlyList<ModelUsage>))]
[JsonSerializable(typeof(RunRetryView))]
[JsonSerializable(typeof(InsightPlan))]
[JsonSerializable(typeof(InsightReport))]
[JsonSerializable(typeof(Evidence))]
[JsonSerializable(typeof(InsightView))]
[JsonSerializable(typeof(ListPage<InsightView>))]
[JsonSerializable(typeof(ListPage<InsightItemView>))]
[JsonSerializable(typeof(DeletedInsight))]
[JsonSerializable(typeof(DatasetVersionUse))]
[JsonSerializable(typeof(IReadOnlyList<RunningExperiment>))]
[JsonSerializable(typeof(ExposureSums))]
[JsonSerializable(typeof(ExperimentDecision))]
[JsonSerializable(typeof(ExperimentReport))]
[JsonSerializable(typeof(DecisionReport))]
[JsonSerializable(typeof(PastStage))]
[JsonSerializable(typeof(IReadOnlyList<LookPoint>))]
[JsonSerializable(typeof(ResultsView))]
internal sealed partial class EvaluationJsonContext : JsonSerializerContext;

/// <summary>The same, with only what JSON itself demands escaped.</summary>
internal static class EvaluationJson
{
    private static readonly JsonSerializerOptions Options = new EvaluationJsonContext(
        new JsonSerializerOptions(EvaluationJsonContext.Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }).Options;

    public static JsonTypeInfo<T> TypeInfo<T>() => (JsonTypeInfo<T>)Options.GetTypeInfo(typeof(T));
}
