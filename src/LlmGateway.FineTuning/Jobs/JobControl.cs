using LlmGateway.FineTuning.Storage;
using LlmGateway.Messaging.Events;
using LlmGateway.OpenAI;
using LlmGateway.Service;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.FineTuning.Jobs;

/// <summary>What a caller does to a job: each takes the row from the worker that holds it, by its fence.</summary>
internal sealed class JobControl(FineTuningDbContext store, JobWorker worker, TimeProvider time)
{
    /// <summary>The job is shown as cancelled at once; its backend is told by a worker.</summary>
    /// <exception cref="ApiException">There is no such job, or it has ended.</exception>
    public async Task<Job> CancelAsync(string id, Caller caller, CancellationToken cancellationToken)
    {
        string[] stages = [.. JobStage.Unpaid, JobStage.Training, JobStage.Recording, JobStage.Registering, JobStage.Held];
        var now = time.NowMicros();
        var announcement = PublicEvent.NewId();
        return await TakeAsync(id, caller, stages, "cancelled", "The job was cancelled", rows => rows.ExecuteUpdateAsync(
            set => set
                .SetProperty(job => job.Status, JobStage.Cancelling)
                .SetProperty(job => job.ShownStatus, FineTuningStatus.Cancelled)
                .SetProperty(job => job.FinishedAt, now)
                .SetProperty(job => job.AnnouncementId, announcement)
                .SetProperty(job => job.Fence, job => job.Fence + 1)
                .SetProperty(job => job.LeaseUntil, (long?)null),
            cancellationToken), cancellationToken);
    }

    /// <exception cref="ApiException">There is no such job, or its backend trains already.</exception>
    public Task<Job> PauseAsync(string id, Caller caller, CancellationToken cancellationToken) =>
        TakeAsync(id, caller, JobStage.Unpaid, "paused", "The job was paused", rows => rows.ExecuteUpdateAsync(
            set => set
                .SetProperty(job => job.HeldStage, job => job.Status)
                .SetProperty(job => job.Status, JobStage.Held)
                .SetProperty(job => job.Hold, JobHold.Paused)
                .SetProperty(job => job.ShownStatus, FineTuningStatus.Queued)
                .SetProperty(job => job.Fence, job => job.Fence + 1)
                .SetProperty(job => job.LeaseUntil, (long?)null),
            cancellationToken), cancellationToken);

    /// <exception cref="ApiException">There is no such job, or it is not paused.</exception>
    public Task<Job> ResumeAsync(string id, Caller caller, CancellationToken cancellationToken) =>
        ReleaseAsync(id, caller, JobHold.Paused, "resumed", "The job was resumed", cancellationToken);

    /// <exception cref="ApiException">There is no such job, or it does not wait for approval.</exception>
    public Task<Job> ApproveAsync(string id, Caller caller, CancellationToken cancellationToken) =>
        ReleaseAsync(id, caller, JobHold.Approval, "approved", $"The job was approved{(caller.KeyId is { } key ? $" by {key}" : "")}", cancellationToken);

    /// <summary>Compares the job's model with its base once more.</summary>
    /// <exception cref="ApiException">There is no such job, or it has no model, or is evaluated now.</exception>
    public Task<Job> EvaluateAsync(string id, Caller caller, CancellationToken cancellationToken) =>
        TakeAsync(id, caller, [JobStage.Done], "evaluated", "The evaluation was asked for again", rows => rows.Where(job => job.FineTunedModel != null).ExecuteUpdateAsync(
            set => set
                .SetProperty(job => job.Status, JobStage.Evaluating)
                .SetProperty(job => job.Evaluation, (string?)null)
                .SetProperty(job => job.EvaluationRound, job => job.EvaluationRound + 1),
            cancellationToken), cancellationToken);

    private Task<Job> ReleaseAsync(string id, Caller caller, string hold, string what, string message, CancellationToken cancellationToken) =>
        TakeAsync(id, caller, [JobStage.Held], what, message, rows => rows.Where(job => job.Hold == hold).ExecuteUpdateAsync(
            set => set
                .SetProperty(job => job.Status, job => job.HeldStage)
                .SetProperty(job => job.HeldStage, (string?)null)
                .SetProperty(job => job.Hold, (string?)null),
            cancellationToken), cancellationToken);

    private async Task<Job> TakeAsync(
        string id, Caller caller, string[] stages, string what, string message, Func<IQueryable<Job>, Task<int>> update, CancellationToken cancellationToken)
    {
        var job = await store.FindJobAsync(id, caller, cancellationToken);
        await using (var transaction = await store.Database.BeginTransactionAsync(cancellationToken))
        {
            if (await update(store.Jobs.Where(row => row.Id == job.Id && stages.Contains(row.Status))) == 0)
            {
                job = await store.FindJobAsync(id, caller, cancellationToken);
                throw new ApiException(ApiErrors.BadRequest(
                    $"The job '{job.Id}' cannot be {what} in its state ({job.ShownStatus}{(job.Hold is { } held ? $", {held}" : "")}).", "fine_tuning_job_id", "invalid_state"));
            }

            store.Add(JobEvent.Of(job.Id, time, message));
            await store.SaveChangesAsync(cancellationToken);
            await transaction.CommitAsync(cancellationToken);
        }

        worker.Wake();
        return await store.FindJobAsync(id, caller, cancellationToken);
    }
}
