using System.Text.Json;
using System.Threading.Channels;
using LlmGateway.OpenAI;

namespace LlmGateway.LocalModel;

/// <summary>All jobs and their states; a final state never changes. What was unfinished when the process ended is queued again.</summary>
internal sealed class LocalJobs
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, LocalJob> _jobs;
    private readonly Dictionary<string, CancellationTokenSource> _cancellations = [];
    private readonly Channel<string> _queue = Channel.CreateUnbounded<string>();
    private readonly JobFolder _folder;
    private readonly TimeProvider _time;

    public LocalJobs(JobFolder folder, TimeProvider time)
    {
        (_folder, _time) = (folder, time);
        _jobs = folder.ReadAll().ToDictionary(job => job.Job.Id);
        foreach (var job in _jobs.Values.Where(job => !FineTuningStatus.IsFinal(job.Job.Status)).OrderBy(job => job.Job.Id, StringComparer.Ordinal))
        {
            Enqueue(job.Job.Id);
        }
    }

    public ChannelReader<string> Queue => _queue.Reader;

    public void Add(LocalJob job)
    {
        lock (_lock)
        {
            _folder.Save(job);
            _jobs[job.Job.Id] = job;
            Enqueue(job.Job.Id);
        }
    }

    public LocalJob? Find(string id)
    {
        lock (_lock)
        {
            return _jobs.GetValueOrDefault(id);
        }
    }

    public IReadOnlyList<LocalJob> NewestFirst()
    {
        lock (_lock)
        {
            return [.. _jobs.Values.OrderByDescending(job => job.Job.Id, StringComparer.Ordinal)];
        }
    }

    /// <summary>Signalled when the job is cancelled.</summary>
    public CancellationToken Cancellation(string id)
    {
        lock (_lock)
        {
            return _cancellations[id].Token;
        }
    }

    /// <summary>Changes a job that is not final; false if it is.</summary>
    public bool TryChange(string id, Func<FineTuningJob, FineTuningJob> change)
    {
        lock (_lock)
        {
            var job = _jobs[id];
            if (FineTuningStatus.IsFinal(job.Job.Status))
            {
                return false;
            }

            var changed = job with { Job = change(job.Job) };
            if (FineTuningStatus.IsFinal(changed.Job.Status))
            {
                changed = changed with { Job = changed.Job with { FinishedAt = _time.GetUtcNow().ToUnixTimeSeconds() } };
            }

            _folder.Save(changed);
            _jobs[id] = changed;
            return true;
        }
    }

    /// <summary>Cancels a job that is not final; false if it is.</summary>
    public bool TryCancel(string id)
    {
        if (!TryChange(id, job => job with { Status = FineTuningStatus.Cancelled }))
        {
            return false;
        }

        Tell(id, "The job was cancelled.", "warn");
        lock (_lock)
        {
            _cancellations[id].Cancel();
        }

        return true;
    }

    /// <summary>Adds an event.</summary>
    public void Tell(string id, string message, string level = "info", FineTuningMetrics? metrics = null) => _folder.Append(id, new FineTuningJobEvent
    {
        Id = $"ftevent-{Guid.CreateVersion7():N}",
        CreatedAt = _time.GetUtcNow().ToUnixTimeSeconds(),
        Level = level,
        Message = message,
        Type = metrics is null ? "message" : "metrics",
        Data = metrics is null ? null : JsonSerializer.SerializeToElement(metrics, OpenAIJson.TypeInfo<FineTuningMetrics>()),
    });

    private void Enqueue(string id)
    {
        _cancellations[id] = new CancellationTokenSource();
        _queue.Writer.TryWrite(id);
    }
}
