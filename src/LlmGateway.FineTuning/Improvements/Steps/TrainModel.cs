using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using LlmGateway.Contracts.Datasets;
using LlmGateway.FineTuning.Jobs;
using LlmGateway.FineTuning.Storage;
using LlmGateway.FineTuning.Training;
using LlmGateway.OpenAI;
using LlmGateway.Service;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.FineTuning.Improvements.Steps;

/// <summary>Makes a fine-tuning job by the improvement's name, and follows it until it has ended.</summary>
internal sealed class TrainModel(FineTuningDbContext store, JobIntake intake, ImprovementWriter writer) : IImprovementStep
{
    public string Stage => ImprovementStage.Training;

    public async Task<Improvement> RunAsync(Improvement row, Lease lease, CancellationToken cancellationToken)
    {
        if (row.JobId is null)
        {
            row = await StartAsync(row, lease, cancellationToken);
        }

        var job = await store.Jobs.AsNoTracking().SingleAsync(job => job.Id == row.JobId, cancellationToken);
        return await FollowAsync(row, job, lease, cancellationToken);
    }

    private async Task<Improvement> StartAsync(Improvement row, Lease lease, CancellationToken cancellationToken)
    {
        var job = await intake.AcceptAsync(Describe(row, ImprovementRequest.Parse(row.Request)), ImprovementCaller.Of(row), cancellationToken);
        CrashPoint.Reach("improvements.job_made");
        return await writer.WriteAsync(
            lease,
            improvement =>
            {
                improvement.JobId = job.Id;
                improvement.Begin(ImprovementStep.Validate, writer.Now);
            },
            cancellationToken);
    }

    private static JobRequest Describe(Improvement row, ImprovementRequest request) => new()
    {
        Id = row.NameInRound,
        Model = row.BaseModel,
        Dataset = new DatasetReference
        {
            Id = row.DatasetId,
            Version = JsonSerializer.SerializeToElement(row.DatasetVersion, FineTuningJsonContext.Default.String),
            Split = "train",
            ValidationSplit = "validation",
        },
        Evaluation = new EvaluationRequest { Split = "test" },

        // Its own test split is held out. That other evaluations test by some of these calls, such as an earlier improvement's, is a warning.
        AllowLeakage = true,
        Method = request.Method,
        Suffix = request.Suffix,
        RequiresApproval = request.IsManual ? true : null,
        MaxCostUsd = request.BudgetUsd,
        Metadata = new Dictionary<string, string> { ["improvement"] = row.Id },
    };

    private async Task<Improvement> FollowAsync(Improvement row, Job job, Lease lease, CancellationToken cancellationToken)
    {
        if (job.ShownStatus is FineTuningStatus.Failed or FineTuningStatus.Cancelled)
        {
            throw new JobFailedException(job.ErrorCode ?? "training_cancelled", $"The job '{job.Id}' {job.ShownStatus}: {job.ErrorMessage ?? "somebody cancelled it"}");
        }

        var hasModel = job.ShownStatus == FineTuningStatus.Succeeded;
        var shown = job.Hold is null ? ImprovementStatus.Running : ImprovementStatus.WaitingForApproval;
        if (!hasModel && row.ShownStatus == shown && !IsNews(row, job))
        {
            return row;
        }

        return await writer.WriteAsync(
            lease,
            improvement =>
            {
                improvement.ShownStatus = shown;
                DescribeChecks(improvement, job);
                if (IsPastApproval(job))
                {
                    improvement.Begin(ImprovementStep.Train, writer.Now);
                }

                if (hasModel)
                {
                    DescribeTraining(improvement, job);
                    (improvement.FineTunedModel, improvement.Status) = (job.FineTunedModel, ImprovementStage.Evaluating);
                }
            },
            cancellationToken);
    }

    private static bool IsNews(Improvement row, Job job) =>
        (job.Checks is not null && !IsChecked(row)) || (IsPastApproval(job) && row.Step(ImprovementStep.Train).Status == ImprovementStep.Pending);

    // Checks are written before it is known whether the job has to wait.
    private static bool IsPastApproval(Job job) => job is { Checks: not null, Hold: null } && job.Status != JobStage.Preparing;

    private static bool IsChecked(Improvement row) => row.Step(ImprovementStep.Validate).Status == ImprovementStep.Completed;

    private void DescribeChecks(Improvement row, Job job)
    {
        if (job.Checks is not { } json || IsChecked(row))
        {
            return;
        }

        var checks = JsonSerializer.Deserialize(json, FineTuningJsonContext.Default.TrainingCheckReport)!;
        row.End(
            ImprovementStep.Validate,
            ImprovementStep.Completed,
            checks.Warnings.Count == 0 ? $"{checks.Training.Examples} examples, nothing to warn of" : $"{checks.Training.Examples} examples; {string.Join(" ", checks.Warnings.Select(warning => warning.Message))}",
            new JsonObject { ["job_id"] = job.Id, ["warnings"] = new JsonArray([.. checks.Warnings.Select(warning => (JsonNode)warning.Code)]) },
            writer.Now);
        row.End(ImprovementStep.Estimate, ImprovementStep.Completed, Estimate(job, checks), new JsonObject { ["training_tokens"] = checks.TrainingTokens, ["usd"] = Usd(job) }, writer.Now);
    }

    private void DescribeTraining(Improvement row, Job job) => row.End(
        ImprovementStep.Train,
        ImprovementStep.Completed,
        $"'{job.FineTunedModel}' from '{job.Model}'",
        new JsonObject { ["job_id"] = job.Id, ["fine_tuned_model"] = job.FineTunedModel, ["trained_tokens"] = job.TrainedTokens, ["usd"] = Usd(job) },
        writer.Now);

    private static string Estimate(Job job, TrainingCheckReport checks) => string.Create(
        CultureInfo.InvariantCulture, $"{checks.TrainingTokens:N0} tokens in {checks.Epochs} epochs, {(Usd(job) is { } usd ? $"{usd} USD" : "at a price that is not known")}");

    private static decimal? Usd(Job job) => job.CostNanoUsd is { } nano ? JobCost.ToUsd(nano) : null;
}
