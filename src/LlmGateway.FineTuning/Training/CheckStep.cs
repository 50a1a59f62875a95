using System.Text.Json;
using System.Text.Json.Nodes;
using LlmGateway.Contracts.Datasets;
using LlmGateway.FineTuning.Jobs;
using LlmGateway.Messaging.Events;
using LlmGateway.OpenAI;
using LlmGateway.Service;
using MassTransit;

namespace LlmGateway.FineTuning.Training;

/// <summary>
/// Looks at the data before anything is paid for. A job that would cost more than its project may spend, or that is to be approved in
/// any case, waits for somebody.
/// </summary>
internal sealed class CheckStep(TrainingData data, JobBudget budget, JobCost cost, IBus bus, JobWriter writer, TimeProvider time) : IJobStep
{
    public string Stage => JobStage.Preparing;

    public async Task<Job> RunAsync(Job job, Lease lease, CancellationToken cancellationToken)
    {
        var request = JobRequest.Parse(job.Request);
        var report = await data.InspectAsync(request, job, cancellationToken);
        CrashPoint.Reach("finetuning.validated");
        RefuseErrors(report, request, job);

        // Written before the sum is asked for: of two jobs at once, one at least sees both.
        job = await writer.WriteAsync(
            lease,
            row =>
            {
                row.Checks = JsonSerializer.Serialize(report, FineTuningJsonContext.Default.TrainingCheckReport);
                row.CostNanoUsd = cost.Estimate(row, report);
            },
            [],
            cancellationToken);
        var reason = await budget.ReasonToAskAsync(job, request, cancellationToken);
        return reason is null ? await GoOnAsync(lease, report, cancellationToken) : await HoldAsync(job, lease, report, reason, cancellationToken);
    }

    private static void RefuseErrors(TrainingCheckReport report, JobRequest request, Job job)
    {
        if (report.ErrorCount == 0)
        {
            return;
        }

        var part = report.Errors[0].Part;
        var source = part == "training" ? TrainingSource.Training(request, job.DatasetVersion) : TrainingSource.Validation(request, job.DatasetVersion)!;
        var told = report.Errors.Where(error => error.Part == part).Select(error => error.Place is { } place ? $"{place}: {error.Message}." : error.Message);
        throw new JobFailedException(
            $"invalid_{source.Param.Replace('.', '_')}",
            $"{source.Name} cannot be trained on. {string.Join(' ', told)}{(report.ErrorCount > report.Errors.Count ? $" In all, {report.ErrorCount} examples cannot." : "")}",
            source.Param);
    }

    private Task<Job> GoOnAsync(Lease lease, TrainingCheckReport report, CancellationToken cancellationToken) => writer.WriteAsync(
        lease,
        row => (row.Status, row.ShownStatus) = (JobStage.Uploading, FineTuningStatus.Queued),
        [.. Warnings(lease, report), JobEvent.Of(lease.RowId, time, "Files validated, moving job to queued state")],
        cancellationToken);

    private async Task<Job> HoldAsync(Job job, Lease lease, TrainingCheckReport report, string reason, CancellationToken cancellationToken)
    {
        var message = $"{reason} The job waits: approve it by POST /v1/fine_tuning/jobs/{job.Id}/approve with an admin key, or cancel it.";

        // The same id however often it is published.
        await bus.PublishEventAsync(
            new PublicEvent($"evt_{job.Id}-approval", "fine_tuning.job.requires_approval", time.GetUtcNow().ToUnixTimeSeconds(), job.ProjectId, new JsonObject { ["id"] = job.Id, ["reason"] = reason }),
            cancellationToken);
        return await writer.WriteAsync(
            lease,
            row => (row.Status, row.HeldStage, row.Hold, row.ShownStatus) = (JobStage.Held, JobStage.Uploading, JobHold.Approval, FineTuningStatus.Queued),
            [.. Warnings(lease, report), JobEvent.Of(lease.RowId, time, message, "warn")],
            cancellationToken);
    }

    private IEnumerable<JobEvent> Warnings(Lease lease, TrainingCheckReport report) =>
        report.Warnings.Select(warning => JobEvent.Of(lease.RowId, time, warning.Message, "warn"));
}
