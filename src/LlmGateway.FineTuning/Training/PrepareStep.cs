using LlmGateway.FineTuning.Backends;
using LlmGateway.FineTuning.Jobs;
using LlmGateway.OpenAI;
using LlmGateway.Service;

namespace LlmGateway.FineTuning.Training;

/// <summary>Reads the data, checks it, and gives it to the backend, which keeps each file under a name that is the job's own.</summary>
internal sealed class PrepareStep(TrainingData data, BackendDirectory backends, JobWriter writer) : IJobStep
{
    public string Stage => JobStage.Preparing;

    public async Task<Job> RunAsync(Job job, Lease lease, CancellationToken cancellationToken)
    {
        var request = JobRequest.Parse(job.Request);
        await using var training = await ReadAsync(TrainingSource.Training(request, job.DatasetVersion), job, cancellationToken);
        await using var validation = TrainingSource.Validation(request, job.DatasetVersion) is { } source ? await ReadAsync(source, job, cancellationToken) : null;
        CrashPoint.Reach("finetuning.validated");
        var trainingFile = await GiveAsync(job, $"{job.Id}-training.jsonl", training, cancellationToken);
        var validationFile = validation is null ? null : await GiveAsync(job, $"{job.Id}-validation.jsonl", validation, cancellationToken);
        return await writer.WriteAsync(
            lease,
            row =>
            {
                (row.BackendTrainingFile, row.BackendValidationFile) = (trainingFile, validationFile);
                (row.Status, row.ShownStatus) = (JobStage.Starting, FineTuningStatus.Queued);
            },
            "Files validated, moving job to queued state",
            cancellationToken);
    }

    private async Task<FileStream> ReadAsync(TrainingSource source, Job job, CancellationToken cancellationToken)
    {
        var file = await data.DownloadAsync(source, JobCaller.Of(job), cancellationToken);
        if (SupervisedFile.Check(file) is [_, ..] errors)
        {
            await file.DisposeAsync();
            throw new JobFailedException($"invalid_{source.Param.Replace('.', '_')}", $"{source.Name} cannot be trained on. {string.Join(' ', errors)}", source.Param);
        }

        return file;
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
