using LlmGateway.FineTuning.Jobs;
using LlmGateway.FineTuning.Storage;
using LlmGateway.Messaging.Events;
using LlmGateway.OpenAI;
using LlmGateway.Service;

namespace LlmGateway.FineTuning.Training;

/// <summary>What a worker writes: the row and its events in one transaction, as long as the lease holds.</summary>
internal sealed class JobWriter(FineTuningDbContext store, TimeProvider time)
{
    /// <returns>The job as it is now.</returns>
    /// <exception cref="LeaseLostException">Another has the job, or it was cancelled or paused; nothing is written.</exception>
    public Task<Job> WriteAsync(Lease lease, Action<Job> change, IEnumerable<object> rows, CancellationToken cancellationToken) =>
        store.ChangeAsync(lease, change, rows, cancellationToken);

    public Task<Job> WriteAsync(Lease lease, Action<Job> change, string message, CancellationToken cancellationToken) =>
        WriteAsync(lease, change, [JobEvent.Of(lease.RowId, time, message)], cancellationToken);

    /// <summary>The job has ended, and this is to be announced. One that has ended already, as cancelled, stays so.</summary>
    public Task<Job> EndAsync(Lease lease, string status, JobFailedException? failure, CancellationToken cancellationToken) =>
        EndAsync(lease, status, failure, null, cancellationToken);

    /// <summary>The job has succeeded, and its model can be called by this name.</summary>
    public Task<Job> SucceedAsync(Lease lease, string model, CancellationToken cancellationToken) =>
        EndAsync(lease, FineTuningStatus.Succeeded, null, model, cancellationToken);

    private Task<Job> EndAsync(Lease lease, string status, JobFailedException? failure, string? model, CancellationToken cancellationToken) => WriteAsync(
        lease,
        job =>
        {
            job.Status = JobStage.Announcing;
            if (JobStage.HasEnded(job))
            {
                return;
            }

            job.ShownStatus = status;
            job.FineTunedModel = model;
            job.FinishedAt = time.NowMicros();
            job.AnnouncementId = PublicEvent.NewId();
            (job.ErrorCode, job.ErrorMessage, job.ErrorParam) = (failure?.Code, failure?.Message, failure?.Param);
        },
        [JobEvent.Of(lease.RowId, time, failure?.Message ?? Describe(status, model), failure is null ? "info" : "error")],
        cancellationToken);

    private static string Describe(string status, string? model) =>
        model is null ? $"The job has ended: {status}" : $"The job has successfully completed: its model is {model}";
}
