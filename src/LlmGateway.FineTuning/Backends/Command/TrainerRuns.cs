using LlmGateway.Service;

namespace LlmGateway.FineTuning.Backends.Command;

/// <summary>The runs of one backend: starts what may start, stops what has gone too far, and deletes what is old.</summary>
/// <remarks>All of it under the lock of the folder, which other processes of the service honour too.</remarks>
internal sealed class TrainerRuns(string root, string name, TrainerOptions options, TimeSpan longestPoll, TimeProvider time)
{
    public const string Cancelled = "cancelled";
    public const string TooLong = "max_duration";
    public const string TooLarge = "max_disk";
    private const int MostFilesMeasured = 100_000;
    private static readonly TimeSpan LockPatience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LockPause = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan StartPause = TimeSpan.FromMilliseconds(10);

    /// <summary>Data whose job was never made goes after this.</summary>
    private static readonly TimeSpan UnusedAge = TimeSpan.FromDays(7);

    /// <summary>A job that nobody has asked for during two polls holds up no other, and is watched no more.</summary>
    private TimeSpan Quiet => (longestPoll * 2) + TimeSpan.FromSeconds(1);

    /// <summary>Keeps the folder from all others until it is disposed.</summary>
    /// <exception cref="BackendException">Others hold it too long.</exception>
    public async Task<IDisposable> LockAsync(CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(root);
        var began = time.GetTimestamp();
        while (true)
        {
            try
            {
                return new FileStream(Path.Combine(root, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException exception)
            {
                if (time.GetElapsedTime(began) > LockPatience)
                {
                    throw new BackendException($"The folder of the backend '{name}' is not to be had: {exception.Message}", isTransient: true);
                }
            }

            await Task.Delay(LockPause, time, cancellationToken);
        }
    }

    /// <summary>Brings a job on: starts it when it is its turn, and holds all that run to their limits.</summary>
    public async Task AdvanceAsync(TrainerFolder job, CancellationToken cancellationToken)
    {
        using var held = await LockAsync(cancellationToken);
        var now = time.GetUtcNow();
        job.MarkAsked(now);
        var running = Jobs().Where(other => other.Phase(now) == TrainerPhase.Running).ToList();
        running.ForEach(Limit);
        if (job.IsToResume(job.Phase(now), options))
        {
            TrainerLaunch.KillContainer(job, options);
            job.Reopen();
        }

        if (job.Phase(now) == TrainerPhase.Queued && job.Stop() is null && running.Count < options.MaxRuns && !Jobs().Any(other => IsAhead(other, job, now)))
        {
            await StartAsync(job, cancellationToken);
        }
    }

    /// <summary>Tells a run to stop, as after <see cref="TrainerOptions.Grace"/> it will be made to. One that has not begun never will.</summary>
    public static void Stop(TrainerFolder job, string reason)
    {
        job.RequestStop(reason);
        job.Withdraw();
        job.Process()?.TerminateGroup();
    }

    /// <summary>Kills a run that was told to stop and has had its time.</summary>
    public void KillIfDue(TrainerFolder job)
    {
        if (job.Stop() is { } stop && time.GetUtcNow() - stop.At > options.Grace)
        {
            job.Process()?.KillGroup();
            TrainerLaunch.KillContainer(job, options);
        }
    }

    /// <summary>Deletes the oldest of the ended jobs beyond those that are kept.</summary>
    public void DeleteOld()
    {
        var now = time.GetUtcNow();
        var ended = Jobs()
            .Where(job => now - job.AskedAt > Quiet && (job.Phase(now) is TrainerPhase.Ended or TrainerPhase.Gone))
            .OrderByDescending(job => job.Id, StringComparer.Ordinal)
            .Skip(options.KeptJobs);
        var unused = Folders().Where(folder => !folder.IsJob && now - Directory.GetLastWriteTimeUtc(folder.Path) > UnusedAge);
        foreach (var folder in ended.Concat(unused).ToList())
        {
            try
            {
                Directory.Delete(folder.Path, recursive: true);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // A container may have left files of another user. The next job tries again.
            }
        }
    }

    private IEnumerable<TrainerFolder> Folders() => Directory.EnumerateDirectories(root).Select(path => new TrainerFolder(path));

    private IEnumerable<TrainerFolder> Jobs() => Folders().Where(folder => folder.IsJob);

    // Ids begin with the time when jobs were made.
    private bool IsAhead(TrainerFolder other, TrainerFolder job, DateTimeOffset now) =>
        string.CompareOrdinal(other.Id, job.Id) < 0 && now - other.AskedAt < Quiet && other.Phase(now) == TrainerPhase.Queued && other.Stop() is null;

    private async Task StartAsync(TrainerFolder job, CancellationToken cancellationToken)
    {
        var resume = job.Restarts > 0 && job.HasOutput();
        var configuration = TrainerConfiguration.Read(job);
        if (configuration.Resume != resume)
        {
            (configuration with { Resume = resume }).Write(job);
        }

        Directory.CreateDirectory(job.Output);
        TrainerLaunch.Start(job, options, resume);
        CrashPoint.Reach("finetuning.trainer.started");

        // It counts among those that run from here on.
        var began = time.GetTimestamp();
        while (!job.HasStarted() && time.GetElapsedTime(began) < StartPatience)
        {
            await Task.Delay(StartPause, time, cancellationToken);
        }
    }

    private void Limit(TrainerFolder job)
    {
        if (job.Stop() is not null)
        {
            KillIfDue(job);
        }
        else if (time.GetUtcNow() - job.StartedAt > options.MaxDuration)
        {
            Stop(job, TooLong);
        }
        else if (Size(job.Path) > options.MaxDiskBytes)
        {
            Stop(job, TooLarge);
        }
    }

    private static long Size(string folder)
    {
        var bytes = 0L;
        try
        {
            foreach (var file in new DirectoryInfo(folder).EnumerateFiles("*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint }).Take(MostFilesMeasured))
            {
                bytes += file.Length;
            }
        }
        catch (IOException)
        {
            // A file went while it was measured: the next look counts the rest.
        }

        return bytes;
    }
}
