using System.Net;
using System.Text.Json;
using LlmGateway.FineTuning.Backends;
using LlmGateway.FineTuning.Jobs;
using LlmGateway.OpenAI;
using LlmGateway.Service;
using Microsoft.Extensions.Options;

namespace LlmGateway.FineTuning.Training;

/// <summary>Asks the backend how its job is, until it has ended, and copies events and checkpoints.</summary>
internal sealed class WatchStep(BackendDirectory backends, JobWriter writer, IOptions<FineTuningOptions> options, TimeProvider time) : IJobStep
{
    public string Stage => JobStage.Training;

    public async Task<Job> RunAsync(Job job, Lease lease, CancellationToken cancellationToken)
    {
        var backend = backends.Open(job.Backend);
        var pace = new PollPace(options.Value.FirstPoll, options.Value.LongestPoll);
        string? unknown = null;
        while (true)
        {
            var (seen, events) = await AskAsync(backend, job, cancellationToken);
            CrashPoint.Reach("finetuning.polled");
            if (FineTuningStatus.IsFinal(seen.Status))
            {
                return await EndAsync(backend, job, lease, seen, events, cancellationToken);
            }

            var shown = Shown(seen.Status, job.ShownStatus);
            if (shown is null && unknown != seen.Status)
            {
                unknown = seen.Status;
                events = [.. events, JobEvent.Of(job.Id, time, $"The backend says '{seen.Status}', which is no status that is known here; it is asked on.", "warn")];
            }

            if (events.Count > 0 || (shown is not null && shown != job.ShownStatus))
            {
                job = await writer.WriteAsync(lease, row => Follow(row, seen, shown), events, cancellationToken);
            }

            GiveUpIfLate(job);
            await Task.Delay(pace.Next(), time, cancellationToken);
        }

        void Follow(Job row, FineTuningJob seen, string? shown)
        {
            row.ShownStatus = shown ?? row.ShownStatus;
            row.EstimatedFinish = seen.EstimatedFinish;
            row.LastBackendEvent = job.LastBackendEvent;
        }
    }

    private static async Task<(FineTuningJob Seen, List<JobEvent> Events)> AskAsync(ITrainingBackend backend, Job job, CancellationToken cancellationToken)
    {
        try
        {
            var seen = await backend.GetAsync(job.BackendJob!, cancellationToken);
            var events = await backend.EventsAfterAsync(job.BackendJob!, job.LastBackendEvent, cancellationToken);
            job.LastBackendEvent = events is [.., var newest] ? newest.Id : job.LastBackendEvent;
            return (seen, [.. events.Select(one => JobEvent.Copy(job.Id, one))]);
        }
        catch (BackendException exception) when (exception.Status == HttpStatusCode.NotFound)
        {
            throw new JobFailedException("backend_lost_job", $"The backend '{job.Backend}' does not know its job '{job.BackendJob}' any more. Make a new job.");
        }
    }

    private async Task<Job> EndAsync(
        ITrainingBackend backend, Job job, Lease lease, FineTuningJob seen, List<JobEvent> events, CancellationToken cancellationToken)
    {
        if (seen is not { Status: FineTuningStatus.Succeeded, FineTunedModel: { } model })
        {
            await writer.WriteAsync(lease, row => row.LastBackendEvent = job.LastBackendEvent, events, cancellationToken);
            return seen.Status == FineTuningStatus.Cancelled
                ? await writer.EndAsync(lease, FineTuningStatus.Cancelled, null, cancellationToken)
                : throw new JobFailedException(
                    seen.Error?.Code ?? "training_failed",
                    seen.Status == FineTuningStatus.Succeeded ? $"The backend '{job.Backend}' says that it succeeded and names no model." : seen.Error?.Message ?? "The training failed at the backend.",
                    seen.Error?.Param);
        }

        var checkpoints = await backend.CheckpointsAsync(job.BackendJob!, cancellationToken);
        job = await writer.WriteAsync(
            lease,
            row =>
            {
                row.Status = JobStage.Recording;
                row.ShownStatus = FineTuningStatus.Running;
                row.BackendFineTunedModel = model;
                row.TrainedTokens = seen.TrainedTokens;
                row.CostNanoUsd = JobCost.Settle(row);
                row.EstimatedFinish = null;
                row.Hyperparameters = (seen.Method?.Settings?.Hyperparameters ?? seen.Hyperparameters) is { } resolved
                    ? JsonSerializer.Serialize(resolved, FineTuningJsonContext.Default.FineTuningHyperparameters) : null;
                row.LastBackendEvent = job.LastBackendEvent;
            },
            [.. events, .. checkpoints.Select(one => Copy(job, one))],
            cancellationToken);
        CrashPoint.Reach("finetuning.trained");
        return job;
    }

    private void GiveUpIfLate(Job job)
    {
        var since = time.NowMicros() - job.CreatedAt;
        if (since > options.Value.Patience.Ticks / TimeSpan.TicksPerMicrosecond)
        {
            throw new JobFailedException(
                "too_late", $"The backend '{job.Backend}' did not end its job '{job.BackendJob}' in time. Look at it there, or raise FineTuning:Patience ({options.Value.Patience}).");
        }
    }

    // A backend that checks its files once more is queued, as far as our callers see.
    private static string? Shown(string status, string now) => status switch
    {
        FineTuningStatus.Running => FineTuningStatus.Running,
        FineTuningStatus.ValidatingFiles or FineTuningStatus.Queued => now,
        _ => null,
    };

    private static JobCheckpoint Copy(Job job, FineTuningJobCheckpoint one) => new()
    {
        Id = $"ftckpt_{Guid.CreateVersion7():N}",
        JobId = job.Id,
        CreatedAt = one.CreatedAt,
        Model = one.FineTunedModelCheckpoint,
        Step = one.StepNumber,
        Metrics = JsonSerializer.Serialize(one.Metrics, FineTuningJsonContext.Default.FineTuningMetrics),
    };
}
