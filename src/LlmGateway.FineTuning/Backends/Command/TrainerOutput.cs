using System.Globalization;
using System.Text;
using System.Text.Json;
using LlmGateway.OpenAI;

namespace LlmGateway.FineTuning.Backends.Command;

/// <summary>
/// What a trainer said, from its files. An event's id says where its line ends and how many lines up to there were none, so that the
/// next reading goes on behind it.
/// </summary>
internal static class TrainerOutput
{
    /// <summary>At most so much is read of a run's output at a time, and of one that has ended, its end.</summary>
    private const int MostBytes = 64 << 20;
    private const int MostEvents = 10_000;
    private const int MostCheckpoints = 100;

    /// <summary>After so much that is no event, the place is marked by one.</summary>
    private const int MarkBytes = 1 << 20;
    private const int LastWordsBytes = 2000;
    private const int LastWordsLines = 10;
    private const string End = "end";

    /// <summary>Events behind the known one, oldest first.</summary>
    /// <param name="folder">The job.</param>
    /// <param name="hasEnded">Whether the output grows no more.</param>
    /// <param name="known">An event's id; null for none.</param>
    /// <param name="now">The events' time.</param>
    public static List<FineTuningJobEvent> EventsAfter(TrainerFolder folder, bool hasEnded, string? known, DateTimeOffset now)
    {
        var events = new List<FineTuningJobEvent>();
        var (offset, ignored, isEnd) = Parse(known);
        if (isEnd || !File.Exists(folder.StandardOutput))
        {
            return events;
        }

        using var stream = Open(folder.StandardOutput);
        var from = hasEnded ? Math.Max(offset, stream.Length - MostBytes) : offset;
        if (from > offset)
        {
            events.Add(Tell(from, ignored, $"{from - offset} bytes of the trainer's output are passed over; they are in its log.", now, "warn"));
        }

        stream.Position = from;
        var reader = new LineReader(stream, from, hasEnded);
        while (events.Count < MostEvents && reader.Offset - from < MostBytes && reader.TryRead(out var line))
        {
            if (TrainerLine.Parse(line) is { } said)
            {
                events.Add(Event(reader.Offset, ignored, said, now));
            }
            else if (line.ContainsAnyExcept(" \t\r"u8))
            {
                ignored++;
            }
        }

        if (ignored > 0 && (hasEnded || (events.Count == 0 && reader.Offset - from > MarkBytes)))
        {
            events.Add(Tell(reader.Offset, ignored, $"{ignored} lines of the trainer's output are no events; they are in its log.", now, "warn", hasEnded ? End : null));
        }

        return events;
    }

    /// <summary>The model that the run made, and its checkpoints with the last metrics before each, newest first.</summary>
    public static (TrainerLine? Model, List<FineTuningJobCheckpoint> Checkpoints) Result(TrainerFolder folder)
    {
        TrainerLine? model = null;
        var metrics = new FineTuningMetrics();
        var checkpoints = new LinkedList<FineTuningJobCheckpoint>();
        if (!File.Exists(folder.StandardOutput))
        {
            return (null, []);
        }

        using var stream = Open(folder.StandardOutput);
        stream.Position = Math.Max(0, stream.Length - MostBytes);
        var reader = new LineReader(stream, stream.Position, isWhole: true);
        while (reader.TryRead(out var line))
        {
            var said = TrainerLine.Parse(line);
            model = said?.Model is null ? model : said;
            metrics = said is { IsMetrics: true } ? said.ToMetrics() : metrics;
            if (said is { Model: null, Checkpoint: { } name })
            {
                checkpoints.AddFirst(Checkpoint(folder, reader.Offset, name, (long?)said.Step ?? 0, metrics));
                if (checkpoints.Count > MostCheckpoints)
                {
                    checkpoints.RemoveLast();
                }
            }
        }

        return (model, [.. checkpoints]);
    }

    /// <summary>The end of what it wrote to standard error, without the values of its variables, which may be secret.</summary>
    public static string LastWords(TrainerFolder folder, TrainerOptions options)
    {
        if (!File.Exists(folder.StandardError))
        {
            return "";
        }

        using var stream = Open(folder.StandardError);
        stream.Position = Math.Max(0, stream.Length - LastWordsBytes);
        Span<byte> buffer = stackalloc byte[LastWordsBytes];
        var text = Encoding.UTF8.GetString(buffer[..stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false)]);
        foreach (var secret in options.Environment.Values.Where(value => value.Length > 3).OrderByDescending(value => value.Length))
        {
            text = text.Replace(secret, "***", StringComparison.Ordinal);
        }

        return string.Join('\n', text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).TakeLast(LastWordsLines));
    }

    private static FileStream Open(string file) => new(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);

    private static FineTuningJobEvent Event(long offset, long ignored, TrainerLine said, DateTimeOffset now) => Tell(offset, ignored, said.Describe()!, now, said.LevelOrInfo) with
    {
        Type = said.IsMetrics ? "metrics" : "message",
        Data = said.IsMetrics ? JsonSerializer.SerializeToElement(said.ToMetrics(), OpenAIJson.TypeInfo<FineTuningMetrics>()) : null,
    };

    private static FineTuningJobEvent Tell(long offset, long ignored, string message, DateTimeOffset now, string level, string? mark = null) => new()
    {
        Id = string.Create(CultureInfo.InvariantCulture, $"{offset}-{ignored}{(mark is null ? "" : $"-{mark}")}"),
        CreatedAt = now.ToUnixTimeSeconds(),
        Message = message,
        Level = level,
    };

    private static (long Offset, long Ignored, bool IsEnd) Parse(string? known) =>
        known?.Split('-') is [var offset, var ignored, .. var mark] ? (long.Parse(offset, CultureInfo.InvariantCulture), long.Parse(ignored, CultureInfo.InvariantCulture), mark is [End]) : default;

    private static FineTuningJobCheckpoint Checkpoint(TrainerFolder folder, long offset, string name, long step, FineTuningMetrics metrics) => new()
    {
        Id = string.Create(CultureInfo.InvariantCulture, $"ftckpt_{offset}"),
        CreatedAt = new DateTimeOffset(File.GetLastWriteTimeUtc(folder.StandardOutput), TimeSpan.Zero).ToUnixTimeSeconds(),
        FineTunedModelCheckpoint = name,
        FineTuningJobId = folder.Id,
        StepNumber = step,
        Metrics = metrics,
    };
}
