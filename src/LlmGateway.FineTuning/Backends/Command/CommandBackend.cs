using LlmGateway.OpenAI;
using LlmGateway.Service;

namespace LlmGateway.FineTuning.Backends.Command;

/// <summary>
/// A program on this machine, or in a container, that trains. A job is a folder (<see cref="TrainerFolder"/>), and the trainer a process
/// that outlives ours: whoever comes after us finds both, and starts nothing twice.
/// </summary>
/// <param name="root">The folder of the backend's jobs.</param>
/// <param name="name">The backend's name.</param>
/// <param name="options">The program and its limits.</param>
/// <param name="longestPoll">The longest pause between two looks at a job.</param>
/// <param name="time">The clock.</param>
internal sealed class CommandBackend(string root, string name, TrainerOptions options, TimeSpan longestPoll, TimeProvider time) : ITrainingBackend
{
    private static readonly TimeSpan CancelPause = TimeSpan.FromMilliseconds(50);

    /// <summary>How long a process may take to go after it was killed.</summary>
    private static readonly TimeSpan KillPatience = TimeSpan.FromSeconds(5);
    private readonly TrainerRuns _runs = new(root, name, options, longestPoll, time);

    public Task<BackendFile?> FindFileAsync(string filename, long since, CancellationToken cancellationToken)
    {
        var place = Place(filename);
        return Task.FromResult(File.Exists(place.File) ? Describe(filename, place.File) : null);
    }

    public Task<BackendFile> UploadAsync(string filename, Stream content, CancellationToken cancellationToken) => OnDiskAsync(async () =>
    {
        var (folder, file) = Place(filename);
        MakePrivate(folder.Path);
        Directory.CreateDirectory(folder.Data);
        var draft = $"{file}.{Guid.CreateVersion7():N}";
        await using (var copy = new FileStream(draft, FileMode.CreateNew))
        {
            await content.CopyToAsync(copy, cancellationToken);
        }

        File.Move(draft, file, overwrite: true);
        return Describe(filename, file);
    });

    public Task<FineTuningJob?> FindJobAsync(string ourId, string? trainingFile, long since, CancellationToken cancellationToken) =>
        OnDiskAsync(() => Task.FromResult(Find(ourId) is { } folder ? Describe(folder) : null));

    public Task<FineTuningJob> CreateAsync(FineTuningJobRequest request, CancellationToken cancellationToken) => OnDiskAsync(async () =>
    {
        var id = request.Metadata?.GetValueOrDefault(ITrainingBackend.JobKey) ?? "";
        if (TrainerFolder.Find(root, id) is not { } folder || !File.Exists(folder.TrainingFile))
        {
            throw new BackendException($"The backend '{name}' has lost the data of the job '{id}'. Make a new job.", isTransient: false);
        }

        using (await _runs.LockAsync(cancellationToken))
        {
            _runs.DeleteOld();
            if (!folder.IsJob)
            {
                TrainerConfiguration.Of(id, request, TrainerPaths.Of(folder, options), time.GetUtcNow()).Write(folder);
            }
        }

        CrashPoint.Reach("finetuning.trainer.made");
        await _runs.AdvanceAsync(folder, cancellationToken);
        return Describe(folder);
    });

    public Task<FineTuningJob> GetAsync(string id, CancellationToken cancellationToken) => OnDiskAsync(async () =>
    {
        var folder = Find(id) ?? throw Lost(id);
        await _runs.AdvanceAsync(folder, cancellationToken);
        return Describe(folder);
    });

    /// <remarks>Nobody looks at a cancelled job again, so this waits until its process is gone.</remarks>
    public Task CancelAsync(string id, CancellationToken cancellationToken) => OnDiskAsync(async () =>
    {
        if (Find(id) is not { } folder || HasEnded(folder))
        {
            return false;
        }

        using (await _runs.LockAsync(cancellationToken))
        {
            TrainerRuns.Stop(folder, TrainerRuns.Cancelled);
        }

        var isTold = folder.Process() is not null;
        var began = time.GetTimestamp();
        while (!HasEnded(folder) && time.GetElapsedTime(began) < options.Grace + KillPatience)
        {
            await Task.Delay(CancelPause, time, cancellationToken);
            if (!isTold && folder.Process() is { } process)
            {
                // It was about to begin.
                process.TerminateGroup();
                isTold = true;
            }

            _runs.KillIfDue(folder);
        }

        return true;
    });

    public Task<IReadOnlyList<FineTuningJobEvent>> EventsAfterAsync(string id, string? known, CancellationToken cancellationToken) =>
        OnDiskAsync(() => Task.FromResult<IReadOnlyList<FineTuningJobEvent>>(
            Find(id) is { } folder ? TrainerOutput.EventsAfter(folder, HasEnded(folder), known, time.GetUtcNow()) : throw Lost(id)));

    public Task<IReadOnlyList<FineTuningJobCheckpoint>> CheckpointsAsync(string id, CancellationToken cancellationToken) =>
        OnDiskAsync(() => Task.FromResult<IReadOnlyList<FineTuningJobCheckpoint>>(Find(id) is { } folder ? TrainerOutput.Result(folder).Checkpoints : throw Lost(id)));

    private async Task<T> OnDiskAsync<T>(Func<Task<T>> act)
    {
        try
        {
            return await act();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new BackendException($"The backend '{name}' cannot use its folder: {exception.Message}", isTransient: true);
        }
    }

    private bool HasEnded(TrainerFolder folder) => folder.Shown(options, time.GetUtcNow()) is TrainerPhase.Ended or TrainerPhase.Gone;

    private TrainerFolder? Find(string id) => TrainerFolder.Find(root, id) is { IsJob: true } folder ? folder : null;

    private FineTuningJob Describe(TrainerFolder folder) => TrainerReport.Of(folder, name, options, time.GetUtcNow());

    private (TrainerFolder Folder, string File) Place(string filename) => TrainerFolder.OfFile(root, filename)
        ?? throw new BackendException($"The backend '{name}' keeps no file '{filename}'.", isTransient: false);

    private BackendException Lost(string id) =>
        new($"The backend '{name}' has no job '{id}'.", isTransient: false, System.Net.HttpStatusCode.NotFound);

    private static BackendFile Describe(string filename, string file) =>
        new(filename, filename, new DateTimeOffset(File.GetLastWriteTimeUtc(file), TimeSpan.Zero).ToUnixTimeSeconds());

    // What is in it is the project's own.
    private static void MakePrivate(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
        }
        else
        {
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }
}
