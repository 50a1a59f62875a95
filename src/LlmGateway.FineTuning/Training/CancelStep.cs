using LlmGateway.FineTuning.Backends;
using LlmGateway.FineTuning.Jobs;
using LlmGateway.Service;

namespace LlmGateway.FineTuning.Training;

/// <summary>Cancels the backend's job, if there is one. One that has finished there meanwhile stays cancelled here.</summary>
internal sealed class CancelStep(BackendDirectory backends, JobWriter writer) : IJobStep
{
    public string Stage => JobStage.Cancelling;

    public async Task<Job> RunAsync(Job job, Lease lease, CancellationToken cancellationToken)
    {
        var backend = backends.Open(job.Backend);
        var made = job.BackendJob ?? (job.BackendTrainingFile is null ? null
            : (await backend.FindJobAsync(job.Id, job.BackendTrainingFile, UnixMicros.ToSeconds(job.CreatedAt), cancellationToken))?.Id);
        if (made is not null)
        {
            await backend.CancelAsync(made, cancellationToken);
        }

        CrashPoint.Reach("finetuning.cancelled");
        return await writer.WriteAsync(lease, row => row.Status = JobStage.Announcing, [], cancellationToken);
    }
}
