using LlmGateway.FineTuning.Backends;
using LlmGateway.FineTuning.Jobs;
using LlmGateway.Service;

namespace LlmGateway.FineTuning.Training;

/// <summary>Reads the data and gives it to the backend, which keeps each file under a name that is the job's own.</summary>
internal sealed class UploadStep(TrainingData data, BackendDirectory backends, JobWriter writer) : IJobStep
{
    public string Stage => JobStage.Uploading;

    public async Task<Job> RunAsync(Job job, Lease lease, CancellationToken cancellationToken)
    {
        var request = JobRequest.Parse(job.Request);
        await using var training = await data.DownloadAsync(TrainingSource.Training(request, job.DatasetVersion), JobCaller.Of(job), cancellationToken);
        await using var validation = TrainingSource.Validation(request, job.DatasetVersion) is { } source ? await data.DownloadAsync(source, JobCaller.Of(job), cancellationToken) : null;
        var trainingFile = await GiveAsync(job, $"{job.Id}-training.jsonl", training, cancellationToken);
        var validationFile = validation is null ? null : await GiveAsync(job, $"{job.Id}-validation.jsonl", validation, cancellationToken);
        return await writer.WriteAsync(
            lease,
            row => (row.BackendTrainingFile, row.BackendValidationFile, row.Status) = (trainingFile, validationFile, JobStage.Starting),
            $"The data was given to the backend '{job.Backend}'",
            cancellationToken);
    }

    // A file of this name is one that an earlier attempt gave.
    private async Task<string> GiveAsync(Job job, string filename, FileStream content, CancellationToken cancellationToken)
    {
        var backend = backends.Open(job.Backend);
        var file = await backend.FindFileAsync(filename, UnixMicros.ToSeconds(job.CreatedAt), cancellationToken)
            ?? await backend.UploadAsync(filename, content, cancellationToken);
        CrashPoint.Reach("finetuning.uploaded");
        return file.Id;
    }
}
