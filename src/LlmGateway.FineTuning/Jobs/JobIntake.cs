using System.Text.Json;
using LlmGateway.FineTuning.Backends;
using LlmGateway.FineTuning.Storage;
using LlmGateway.FineTuning.Training;
using LlmGateway.OpenAI;
using LlmGateway.Service;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.FineTuning.Jobs;

/// <summary>Makes jobs, from HTTP and from the queue alike. The same id with the same request is the same job.</summary>
internal sealed class JobIntake(FineTuningDbContext store, BackendDirectory backends, TrainingData data, JobWorker worker, TimeProvider time)
{
    /// <exception cref="ApiException">The request cannot become a job; 503 when it might later.</exception>
    public async Task<Job> AcceptAsync(JobRequest request, Caller caller, CancellationToken cancellationToken)
    {
        if (await FindKnownAsync(request, caller, cancellationToken) is { } known)
        {
            return known;
        }

        var job = Make(request, caller);
        job.DatasetVersion = await data.CheckAsync(request, caller, cancellationToken);
        await data.KeepAsync(request, job, cancellationToken);
        store.Add(job);
        store.Add(JobEvent.Of(job.Id, time, $"Created fine-tuning job: {job.Id}"));
        store.Add(JobEvent.Of(job.Id, time, "Validating training file"));
        try
        {
            await store.SaveChangesAsync(cancellationToken);
        }
        catch (DbUpdateException) when (request.Id is not null)
        {
            // The same id came at the same time.
            store.ChangeTracker.Clear();
            await data.ReleaseAsync(job, cancellationToken);
            return await FindKnownAsync(request, caller, cancellationToken) ?? throw new InvalidOperationException($"The job {request.Id} was not stored.");
        }

        worker.Wake();
        return job;
    }

    private async Task<Job?> FindKnownAsync(JobRequest request, Caller caller, CancellationToken cancellationToken)
    {
        if (request.Id is null)
        {
            return null;
        }

        var known = await store.Jobs.AsNoTracking()
            .SingleOrDefaultAsync(job => job.ProjectId == caller.ProjectId && job.RequestId == request.Id, cancellationToken);
        return known is null || known.Request == Kept(request) ? known
            : throw new ApiException(new ApiError(409, "id_in_use", $"The id '{request.Id}' belongs to another job, whose request was different. Take a new id.", "id"));
    }

    // The project is a column; in the text it would make the same request from HTTP and from the queue differ.
    private static string Kept(JobRequest request) => (request with { Project = null }).Canonical;

    private Job Make(JobRequest request, Caller caller)
    {
        var (backend, model) = backends.Resolve(request.Model!);
        return new Job
        {
            Id = $"ftjob-{Guid.CreateVersion7():N}",
            ProjectId = caller.ProjectId,
            KeyId = caller.KeyId,
            RequestId = request.Id,
            Request = Kept(request),
            Metadata = request.Metadata is { } metadata ? JsonSerializer.Serialize(metadata, FineTuningJsonContext.Default.IReadOnlyDictionaryStringString) : null,
            CreatedAt = time.NowMicros(),
            Status = JobStage.Preparing,
            ShownStatus = FineTuningStatus.ValidatingFiles,
            Model = request.Model!,
            Backend = backend,
            BackendModel = model,
            Seed = request.Seed ?? NewSeed(),
        };
    }

    // Any number will do; it is kept with the job.
    private static long NewSeed() => (uint)Guid.CreateVersion7().GetHashCode() & int.MaxValue;
}
