using System.Text.Json.Nodes;
using LlmGateway.FineTuning.Jobs;
using LlmGateway.Messaging.Events;
using LlmGateway.Service;
using MassTransit;

namespace LlmGateway.FineTuning.Training;

/// <summary>
/// Publishes that the job has ended; again, with the same id, if its process died before it wrote that down. The version of a job that
/// made no model may be deleted then.
/// </summary>
internal sealed class AnnounceStep(TrainingData data, IBus bus, JobWriter writer) : IJobStep
{
    public string Stage => JobStage.Announcing;

    public async Task<Job> RunAsync(Job job, Lease lease, CancellationToken cancellationToken)
    {
        if (job.FineTunedModel is null)
        {
            await data.ReleaseAsync(job, cancellationToken);
        }

        var happened = new PublicEvent(
            job.AnnouncementId!, $"fine_tuning.job.{job.ShownStatus}", UnixMicros.ToSeconds(job.FinishedAt!.Value), job.ProjectId, Describe(job));
        await bus.PublishEventAsync(happened, cancellationToken);
        CrashPoint.Reach("finetuning.announced");
        return await writer.WriteAsync(lease, row => row.Status = IsToBeEvaluated(row) ? JobStage.Evaluating : JobStage.Done, [], cancellationToken);
    }

    private static bool IsToBeEvaluated(Job job) => job.FineTunedModel is not null && JobRequest.Parse(job.Request).Evaluation?.Enabled != false;

    private static JsonObject Describe(Job job)
    {
        var data = new JsonObject { ["id"] = job.Id };
        if (job.RequestId is { } id)
        {
            data["request_id"] = id;
        }

        if (job.FineTunedModel is { } model)
        {
            data["fine_tuned_model"] = model;
        }

        return data;
    }
}
