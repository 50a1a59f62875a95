using System.Text.Json;
using System.Text.Json.Nodes;
using LlmGateway.FineTuning.Evaluations;
using LlmGateway.FineTuning.OwnCalls;
using LlmGateway.FineTuning.Storage;
using LlmGateway.Service;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.FineTuning.Improvements.Steps;

/// <summary>
/// Finds out what each technique is worth on the held-out examples, alone and together: the nearest examples shown with the question, and
/// fine-tuning. What cannot be found out stops nothing. Then the canary begins, where the model was shown to be better.
/// </summary>
internal sealed class CreditChanges(FineTuningDbContext store, SystemApi api, EvalRuns evals, ImprovementWriter writer) : IImprovementStep
{
    private const int ShownExamples = 8;
    private const string Key = "improvement";
    private static readonly string[] Ended = ["completed", "failed", "canceled"];

    public string Stage => ImprovementStage.Crediting;

    public async Task<Improvement> RunAsync(Improvement row, Lease lease, CancellationToken cancellationToken)
    {
        var job = await store.Jobs.AsNoTracking().SingleAsync(job => job.Id == row.JobId, cancellationToken);
        var heldOut = JsonSerializer.Deserialize(job.Evaluation!, FineTuningJsonContext.Default.JobEvaluation)!.HeldOut!;
        var (attribution, problem) = await FindOutAsync(row, heldOut, cancellationToken);
        if (attribution is not null && row.AttributionId is null)
        {
            row = await writer.WriteAsync(
                lease,
                improvement =>
                {
                    improvement.Begin(ImprovementStep.Report, writer.Now);
                    improvement.AttributionId = (string)attribution["id"]!;
                },
                cancellationToken);
        }

        return attribution is null || Ended.Contains((string?)attribution["status"])
            ? await GoOnAsync(row, lease, heldOut, attribution, problem, cancellationToken)
            : row;
    }

    private async Task<(JsonNode? Attribution, string? Problem)> FindOutAsync(Improvement row, SetEvaluation heldOut, CancellationToken cancellationToken)
    {
        try
        {
            return (await AttributionAsync(row, heldOut, ImprovementCaller.Of(row), cancellationToken), null);
        }
        catch (ApiException exception) when (exception.Error.Status < 500)
        {
            return (null, exception.Error.Message);
        }
    }

    private async Task<JsonNode> AttributionAsync(Improvement row, SetEvaluation heldOut, Caller caller, CancellationToken cancellationToken)
    {
        if (row.AttributionId is { } known)
        {
            return await api.GetAsync(ServiceNames.Evaluation, $"/v1/attributions/{known}", caller, cancellationToken);
        }

        var eval = await evals.FindOrMakeEvalAsync($"{row.Id}: what each technique is worth", Key, row.NameInRound, heldOut.Criterion == "exact_match", caller, cancellationToken);
        return await api.FindOrMakeAsync(
            ServiceNames.Evaluation,
            $"/v1/attributions?eval_id={eval}",
            _ => true,
            () => api.PostAsync(ServiceNames.Evaluation, "/v1/attributions", Describe(row, eval), caller, cancellationToken),
            caller,
            cancellationToken);
    }

    private static JsonObject Describe(Improvement row, string eval) => new()
    {
        ["eval_id"] = eval,
        ["name"] = row.Id,
        ["source"] = new JsonObject { ["type"] = "dataset", ["dataset_id"] = row.DatasetId, ["version"] = row.DatasetVersion, ["split"] = "test" },
        ["base"] = new JsonObject { ["model"] = row.BaseModel },
        ["changes"] = new JsonArray(
            new JsonObject
            {
                ["name"] = $"{ShownExamples} nearest examples",
                ["set"] = new JsonObject
                {
                    ["few_shot"] = new JsonObject { ["dataset_id"] = row.DatasetId, ["version"] = row.DatasetVersion, ["split"] = "train", ["k"] = ShownExamples },
                },
            },
            new JsonObject { ["name"] = "fine-tuning", ["set"] = new JsonObject { ["model"] = row.FineTunedModel } }),
    };

    private async Task<Improvement> GoOnAsync(
        Improvement row, Lease lease, SetEvaluation heldOut, JsonNode? attribution, string? problem, CancellationToken cancellationToken)
    {
        CrashPoint.Reach("improvements.credited");
        var isBetter = heldOut.Comparison.Verdict == PairedResult.Better;
        if (!isBetter)
        {
            return await writer.CompleteAsync(
                row,
                lease,
                ImprovementOutcome.NotBetter,
                improvement =>
                {
                    EndReport(improvement, attribution, problem);
                    improvement.End(ImprovementStep.Canary, ImprovementStep.Skipped, $"The model was not shown to be better ({heldOut.Comparison.Verdict.Replace('_', ' ')}): no caller sees it.", null, writer.Now);
                },
                cancellationToken);
        }

        var isManual = ImprovementRequest.Parse(row.Request).IsManual;
        return await writer.WriteAsync(
            lease,
            improvement =>
            {
                EndReport(improvement, attribution, problem);
                improvement.Status = isManual ? ImprovementStage.Held : ImprovementStage.Canarying;
                improvement.ShownStatus = isManual ? ImprovementStatus.WaitingForApproval : ImprovementStatus.Running;
            },
            cancellationToken);
    }

    private void EndReport(Improvement row, JsonNode? attribution, string? problem)
    {
        if (attribution?["result"]?["changes"] is not JsonArray changes)
        {
            row.End(ImprovementStep.Report, ImprovementStep.Failed, $"What each technique is worth was not found out: {problem ?? (string?)attribution?["error"]?["message"] ?? "the attribution did not complete"}", null, writer.Now);
            return;
        }

        var summary = string.Join("; ", changes.Select(change => FormattableString.Invariant($"{(string?)change!["name"]}: {(double?)change["shapley"]?["value"]:+0.000;−0.000}")));
        row.End(
            ImprovementStep.Report, ImprovementStep.Completed, summary, new JsonObject { ["attribution_id"] = (string)attribution["id"]!, ["changes"] = changes.DeepClone() }, writer.Now);
    }
}
