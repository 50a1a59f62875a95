using LlmGateway.FineTuning.Backends;
using LlmGateway.FineTuning.Jobs;
using LlmGateway.FineTuning.Storage;
using LlmGateway.OpenAI;
using LlmGateway.Service;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.FineTuning.Training;

/// <summary>Makes the backend's job, unless an earlier attempt made it: then it is found by our job's id in its metadata.</summary>
internal sealed class StartStep(FineTuningDbContext store, BackendDirectory backends, JobWriter writer) : IJobStep
{
    public string Stage => JobStage.Starting;

    public async Task<Job> RunAsync(Job job, Lease lease, CancellationToken cancellationToken)
    {
        var backend = backends.Open(job.Backend);
        var made = await backend.FindJobAsync(job.Id, job.BackendTrainingFile, UnixMicros.ToSeconds(job.CreatedAt), cancellationToken)
            ?? await backend.CreateAsync(Describe(job), cancellationToken);
        CrashPoint.Reach("finetuning.created");
        try
        {
            return await writer.WriteAsync(
                lease, row => (row.BackendJob, row.Status) = (made.Id, JobStage.Training), $"Training job started at the backend '{job.Backend}': {made.Id}", cancellationToken);
        }
        catch (LeaseLostException)
        {
            await CancelIfUnwantedAsync(job, backend, made.Id);
            throw;
        }
    }

    // Cancelled while it was being made: whoever cancelled could not find it yet.
    private async Task CancelIfUnwantedAsync(Job job, ITrainingBackend backend, string made)
    {
        var status = await store.Jobs.Where(row => row.Id == job.Id).Select(row => row.ShownStatus).SingleOrDefaultAsync(CancellationToken.None);
        if (status is null or FineTuningStatus.Cancelled)
        {
            await backend.CancelAsync(made, CancellationToken.None);
        }
    }

    private static FineTuningJobRequest Describe(Job job)
    {
        var request = JobRequest.Parse(job.Request);
        var settings = (request.Method?.Settings ?? new FineTuningMethodSettings()) with { Hyperparameters = request.GivenHyperparameters };
        return new FineTuningJobRequest
        {
            Model = job.BackendModel,
            TrainingFile = job.BackendTrainingFile,
            ValidationFile = job.BackendValidationFile,
            Method = FineTuningMethod.Of(request.MethodName, settings),
            Suffix = request.Suffix,
            Seed = job.Seed,
            Metadata = new Dictionary<string, string> { [ITrainingBackend.JobKey] = job.Id },
        };
    }
}
