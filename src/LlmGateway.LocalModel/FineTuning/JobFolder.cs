using System.Text.Json;
using LlmGateway.OpenAI;

namespace LlmGateway.LocalModel;

/// <summary>A job and the name that its model gets.</summary>
internal sealed record LocalJob(FineTuningJob Job, string ModelName);

/// <summary>Jobs on disk: a folder each, with the job, its events and its checkpoints.</summary>
internal sealed class JobFolder(LocalFolder folder)
{
    private readonly Lock _lines = new();

    public IEnumerable<LocalJob> ReadAll()
    {
        foreach (var path in Directory.EnumerateDirectories(folder.Open("jobs")).Select(job => Path.Combine(job, "job.json")).Where(File.Exists))
        {
            using var stream = File.OpenRead(path);
            yield return JsonSerializer.Deserialize(stream, LocalJsonContext.Default.LocalJob)!;
        }
    }

    public void Save(LocalJob job) =>
        LocalFolder.Replace(PathOf(job.Job.Id, "job.json"), stream => JsonSerializer.Serialize(stream, job, LocalJsonContext.Default.LocalJob));

    public void Append(string id, FineTuningJobEvent happened) => AppendLine(PathOf(id, "events.jsonl"), happened);

    public void Append(string id, FineTuningJobCheckpoint checkpoint) => AppendLine(PathOf(id, "checkpoints.jsonl"), checkpoint);

    public List<FineTuningJobEvent> Events(string id) => ReadLines<FineTuningJobEvent>(PathOf(id, "events.jsonl"));

    public List<FineTuningJobCheckpoint> Checkpoints(string id) => ReadLines<FineTuningJobCheckpoint>(PathOf(id, "checkpoints.jsonl"));

    /// <summary>Forgets what a training that did not end has written.</summary>
    public void Restart(string id)
    {
        File.Delete(PathOf(id, "events.jsonl"));
        File.Delete(PathOf(id, "checkpoints.jsonl"));
    }

    private void AppendLine<T>(string path, T item)
    {
        lock (_lines)
        {
            File.AppendAllText(path, JsonSerializer.Serialize(item, OpenAIJson.TypeInfo<T>()) + "\n");
        }
    }

    // A line that the process's death cut off is left out.
    private List<T> ReadLines<T>(string path)
    {
        var type = OpenAIJson.TypeInfo<T>();
        lock (_lines)
        {
            return File.Exists(path)
                ? [.. File.ReadAllText(path).Split('\n').SkipLast(1).Select(line => JsonSerializer.Deserialize(line, type)!)]
                : [];
        }
    }

    private string PathOf(string id, string file) => Path.Combine(folder.Open("jobs", id), file);
}
