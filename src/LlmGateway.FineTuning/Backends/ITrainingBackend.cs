using LlmGateway.OpenAI;

namespace LlmGateway.FineTuning.Backends;

/// <summary>
/// A place where models are trained. What it makes is marked with our job's id, as the file's name and in the job's metadata, so
/// that it is found again when the answer to its making was lost: a caller looks before it creates.
/// </summary>
/// <remarks>Every method throws <see cref="BackendException"/> when the backend does not do what is asked.</remarks>
internal interface ITrainingBackend
{
    /// <summary>Key of the backend job's metadata with our job's id.</summary>
    const string JobKey = "llmgateway_job";

    /// <summary>The file of this name, which is our job's own; null when there is none.</summary>
    /// <param name="filename">What <see cref="UploadAsync"/> was given.</param>
    /// <param name="since">When our job was made, Unix seconds: what is older is not looked through.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    Task<BackendFile?> FindFileAsync(string filename, long since, CancellationToken cancellationToken);

    Task<BackendFile> UploadAsync(string filename, Stream content, CancellationToken cancellationToken);

    /// <summary>The job that was made for ours; null when there is none.</summary>
    /// <param name="ourId">Our job's id.</param>
    /// <param name="trainingFile">The job's own training file, by which a backend that keeps no metadata is asked; null if there is none yet.</param>
    /// <param name="since">When our job was made, Unix seconds: what is older is not looked through.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    Task<FineTuningJob?> FindJobAsync(string ourId, string? trainingFile, long since, CancellationToken cancellationToken);

    Task<FineTuningJob> CreateAsync(FineTuningJobRequest request, CancellationToken cancellationToken);

    Task<FineTuningJob> GetAsync(string id, CancellationToken cancellationToken);

    /// <summary>Cancels; one that has ended already, or is gone, stays as it is.</summary>
    Task CancelAsync(string id, CancellationToken cancellationToken);

    /// <summary>Events after the known one, oldest first.</summary>
    Task<IReadOnlyList<FineTuningJobEvent>> EventsAfterAsync(string id, string? known, CancellationToken cancellationToken);

    /// <summary>Newest first.</summary>
    Task<IReadOnlyList<FineTuningJobCheckpoint>> CheckpointsAsync(string id, CancellationToken cancellationToken);
}
