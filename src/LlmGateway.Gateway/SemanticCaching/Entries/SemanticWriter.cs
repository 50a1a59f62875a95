using System.Threading.Channels;
using LlmGateway.Gateway.SemanticCaching.Caches;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace LlmGateway.Gateway.SemanticCaching.Entries;

/// <summary>Writes new entries and hits, off every request's path. What does not fit in the queue is dropped and counted: a cache may forget.</summary>
internal sealed partial class SemanticWriter(
    SemanticStore store, SemanticPartitions partitions, SemanticCacheDirectory directory, SemanticMetrics metrics, ILogger<SemanticWriter> logger)
    : BackgroundService
{
    /// <summary>Entries that may wait; each holds an answer of limited size.</summary>
    private const int QueueLength = 512;

    private readonly Channel<Waiting> _waiting = Channel.CreateBounded<Waiting>(new BoundedChannelOptions(QueueLength) { SingleReader = true });

    public void Offer(NewSemanticEntry added)
    {
        if (!_waiting.Writer.TryWrite(new Waiting(added.Cache.ProjectId, added, null)))
        {
            metrics.CountWrite("dropped");
        }
    }

    /// <summary>Takes a hit. One that is not noted makes an entry look older than it is, and nothing else.</summary>
    public void OfferHit(string projectId, SemanticEntry entry) => _waiting.Writer.TryWrite(new Waiting(projectId, null, entry));

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var waiting in _waiting.Reader.ReadAllAsync(stoppingToken))
        {
            try
            {
                await WriteAsync(waiting, stoppingToken);
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                metrics.CountWrite("failed");
                LogFailed(exception.GetType().Name);
            }
        }
    }

    private async Task WriteAsync(Waiting waiting, CancellationToken cancellationToken)
    {
        var entries = await store.OfAsync(waiting.ProjectId, cancellationToken);
        if (waiting.Hit is { } hit)
        {
            await partitions.CountHitAsync(hit.CacheId, hit.Partition, cancellationToken);
            await entries.NoteUseAsync(hit.Id, cancellationToken);
        }
        else if (waiting.Added is { } added)
        {
            // Entries were removed, or the cache was, while the answer was under way: it may be one of those that had to go.
            if (directory.Current.Get(added.Cache.ProjectId, added.Cache.Id)?.Generation != added.Cache.Generation)
            {
                metrics.CountWrite("outdated");
                return;
            }

            await partitions.AddAsync(added.Partition, cancellationToken);
            await entries.AddAsync(added, cancellationToken);
            metrics.CountWrite("stored");
        }
    }

    [LoggerMessage(1410, LogLevel.Debug, "An entry of a semantic cache was not written ({Reason})")]
    private partial void LogFailed(string reason);

    private readonly record struct Waiting(string ProjectId, NewSemanticEntry? Added, SemanticEntry? Hit);
}
