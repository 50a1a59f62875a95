using System.Text.RegularExpressions;

namespace LlmGateway.FineTuning.Backends.Command;

/// <summary>
/// A job of a trainer as a folder, which alone says how the job is. Each fact is a file that appears whole: whoever dies between two
/// of them leaves a folder that tells how far it came.
/// </summary>
/// <param name="path">Absolute.</param>
internal sealed partial class TrainerFolder(string path)
{
    private const string TrainingFileEnding = "-training.jsonl";
    private const string ValidationFileEnding = "-validation.jsonl";
    private const string StopPrefix = "stop-";

    /// <summary>A start that has given no sign of life for so long has died.</summary>
    private static readonly TimeSpan StartPatience = TimeSpan.FromMinutes(2);

    public string Path => path;

    /// <summary>Our job's id.</summary>
    public string Id => System.IO.Path.GetFileName(path);

    /// <summary>Its being there makes the job.</summary>
    public string Configuration => File("config.json");

    public string Data => File("data");

    public string TrainingFile => File("data", "train.jsonl");

    public string ValidationFile => File("data", "validation.jsonl");

    public string Output => File("output");

    public string StandardOutput => File("stdout.jsonl");

    public string StandardError => File("stderr.log");

    public bool IsJob => System.IO.File.Exists(Configuration);

    /// <summary>When the run began; the present phase says whether there is one.</summary>
    public DateTimeOffset StartedAt => new(System.IO.File.GetLastWriteTimeUtc(Started), TimeSpan.Zero);

    /// <summary>When it was asked for last.</summary>
    public DateTimeOffset AskedAt => new(System.IO.File.GetLastWriteTimeUtc(Configuration), TimeSpan.Zero);

    /// <summary>How often the run was started again.</summary>
    public int Restarts => Directory.EnumerateFiles(path, "started-*").Count();

    private string Started => File("started");

    private string ProcessFile => File("pid");

    private string ExitCodeFile => File("exit_code");

    /// <summary>The folder of a job, and the data file in it, of a file's name that <c>UploadStep</c> gives; null of any other.</summary>
    public static (TrainerFolder Folder, string File)? OfFile(string root, string filename) =>
        filename.EndsWith(TrainingFileEnding, StringComparison.Ordinal) && Find(root, filename[..^TrainingFileEnding.Length]) is { } trained ? (trained, trained.TrainingFile)
        : filename.EndsWith(ValidationFileEnding, StringComparison.Ordinal) && Find(root, filename[..^ValidationFileEnding.Length]) is { } validated ? (validated, validated.ValidationFile)
        : null;

    /// <summary>Where the job of this id is, or would be; null where the id is none.</summary>
    public static TrainerFolder? Find(string root, string id) => JobId().IsMatch(id) ? new TrainerFolder(System.IO.Path.Combine(root, id)) : null;

    /// <param name="now">The present time.</param>
    public TrainerPhase Phase(DateTimeOffset now)
    {
        if (ExitCode() is not null)
        {
            return TrainerPhase.Ended;
        }

        if (!System.IO.File.Exists(Started))
        {
            return TrainerPhase.Queued;
        }

        var alive = Process() is { } process ? process.IsAlive() : new FileInfo(Started).Length == 0 && now - StartedAt < StartPatience;

        // What ended meanwhile wrote its code before it went.
        return alive ? TrainerPhase.Running : ExitCode() is not null ? TrainerPhase.Ended : TrainerPhase.Gone;
    }

    public int? ExitCode() => ReadText(ExitCodeFile) is { } text && int.TryParse(text, out var code) ? code : null;

    /// <summary>The wrapper's process, which leads the trainer's group; null until it is known.</summary>
    public TrainerProcess? Process() =>
        ReadText(ProcessFile)?.Split(' ') is [var id, var start] && int.TryParse(id, out var number) && number > 1 ? new TrainerProcess(number, start) : null;

    /// <summary>Why it was told to stop, and when; null if it was not.</summary>
    public (string Reason, DateTimeOffset At)? Stop() => Directory.EnumerateFiles(path, $"{StopPrefix}*").FirstOrDefault() is { } file
        ? (System.IO.Path.GetFileName(file)[StopPrefix.Length..], new DateTimeOffset(System.IO.File.GetLastWriteTimeUtc(file), TimeSpan.Zero))
        : null;

    /// <summary>Writes that it is to stop, by a name alone, for which there is room on a full disk too. The first reason stands.</summary>
    public void RequestStop(string reason)
    {
        if (Stop() is null)
        {
            System.IO.File.Create(File($"{StopPrefix}{reason}")).Dispose();
        }
    }

    /// <summary>Takes the run's only start, unless one has it, so that no trainer can.</summary>
    public void Withdraw()
    {
        try
        {
            using var file = new FileStream(Started, FileMode.CreateNew, FileAccess.Write);
            file.Write("withdrawn"u8);
        }
        catch (IOException) when (System.IO.File.Exists(Started))
        {
            // It has begun.
        }
    }

    /// <summary>The phase as those who ask see it: a run that was killed and will be resumed waits, also between its death and the next look.</summary>
    public TrainerPhase Shown(TrainerOptions options, DateTimeOffset now)
    {
        var phase = Phase(now);
        return IsToResume(phase, options) ? TrainerPhase.Queued : phase;
    }

    /// <summary>Whether a run was killed from outside and may begin again.</summary>
    public bool IsToResume(TrainerPhase phase, TrainerOptions options) =>
        phase == TrainerPhase.Gone && Stop() is null && Restarts < options.Restarts;

    /// <summary>Gives back the start of a run that is gone. Its place in the count of restarts is kept.</summary>
    public void Reopen()
    {
        System.IO.File.Delete(ProcessFile);
        System.IO.File.Move(Started, $"{Started}-{Restarts + 1}");
    }

    public void MarkAsked(DateTimeOffset now) => System.IO.File.SetLastWriteTimeUtc(Configuration, now.UtcDateTime);

    public bool HasOutput() => Directory.Exists(Output) && Directory.EnumerateFileSystemEntries(Output).Any();

    public bool HasStarted() => System.IO.File.Exists(Started);

    private string File(params ReadOnlySpan<string> parts) => System.IO.Path.Combine([path, .. parts]);

    private static string? ReadText(string file)
    {
        try
        {
            return System.IO.File.ReadAllText(file).Trim() is { Length: > 0 } text ? text : null;
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9_-]{0,99}\z")]
    private static partial Regex JobId();
}
