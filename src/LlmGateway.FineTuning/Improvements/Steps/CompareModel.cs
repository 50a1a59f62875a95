using System.Text.Json;
using System.Text.Json.Nodes;
using LlmGateway.FineTuning.Evaluations;
using LlmGateway.FineTuning.Jobs;
using LlmGateway.FineTuning.Storage;
using LlmGateway.FineTuning.Training;
using LlmGateway.Service;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.FineTuning.Improvements.Steps;

/// <summary>Waits for the job's comparison of its model with the base.</summary>
internal sealed class CompareModel(FineTuningDbContext store, ImprovementWriter writer) : IImprovementStep
{
    public string Stage => ImprovementStage.Evaluating;

    public async Task<Improvement> RunAsync(Improvement row, Lease lease, CancellationToken cancellationToken)
    {
        var job = await store.Jobs.AsNoTracking().SingleAsync(job => job.Id == row.JobId, cancellationToken);
        if (job.Status != JobStage.Done)
        {
            return row.Step(ImprovementStep.Evaluate).Status == ImprovementStep.Running ? row
                : await writer.WriteAsync(lease, improvement => improvement.Begin(ImprovementStep.Evaluate, writer.Now), cancellationToken);
        }

        var evaluation = job.Evaluation is { } json ? JsonSerializer.Deserialize(json, FineTuningJsonContext.Default.JobEvaluation) : null;
        return evaluation?.HeldOut is { } heldOut
            ? await writer.WriteAsync(
                lease,
                improvement =>
                {
                    improvement.End(ImprovementStep.Evaluate, ImprovementStep.Completed, Describe(heldOut, evaluation), JsonNode.Parse(job.Evaluation!)!.AsObject(), writer.Now);
                    improvement.Status = ImprovementStage.Crediting;
                },
                cancellationToken)
            : throw new JobFailedException("evaluation_failed", evaluation?.Reason ?? "The model was not evaluated.");
    }

    private static string Describe(SetEvaluation set, JobEvaluation evaluation)
    {
        var found = set.Comparison;
        var saved = (evaluation.Pruning ?? []).Where(pruning => pruning is { WithoutLoss: true, InputTokensSaved: > 0 }).MaxBy(pruning => pruning.InputTokensSaved);
        return FormattableString.Invariant($"{found.Baseline:0.000} → {found.Candidate:0.000} on {set.Items} held-out examples ({found.Difference:+0.000;−0.000} [{found.DifferenceLow:+0.000;−0.000}, {found.DifferenceHigh:+0.000;−0.000}]): {found.Verdict.Replace('_', ' ')}")
            + (saved is null ? "" : FormattableString.Invariant($"; without its {saved.LeftOut.Replace('_', ' ')} it loses nothing and saves {saved.InputTokensSaved:0} input tokens a call"));
    }
}
