using Microsoft.Extensions.Logging;

namespace LlmGateway.Gateway.Spooling;

/// <summary>
/// Brings what was appended to the disk itself, in the background and one at a time: what the loss of power can take is
/// bounded to <see cref="SpoolOptions.SyncInterval"/> and the time of one sync. Nobody waits for it.
/// </summary>
internal sealed class SpoolSync : IDisposable
{
    private readonly SegmentStore _store;
    private readonly SpoolMetrics _metrics;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly ITimer? _timer;
    private int _running;
    private bool _failing;

    public SpoolSync(SegmentStore store, TimeSpan interval, SpoolMetrics metrics, TimeProvider clock, ILogger logger)
    {
        _store = store;
        _metrics = metrics;
        _clock = clock;
        _logger = logger;
        _timer = interval > TimeSpan.Zero ? clock.CreateTimer(_ => Run(), null, interval, interval) : null;
    }

    public void Run()
    {
        if (Interlocked.Exchange(ref _running, 1) == 1)
        {
            return;
        }

        try
        {
            foreach (var (segment, length) in _store.Unsynced())
            {
                Sync(segment, length);
            }
        }
        finally
        {
            Volatile.Write(ref _running, 0);
        }
    }

    /// <summary>Syncs a last time.</summary>
    public void Dispose()
    {
        if (_timer is not null)
        {
            _timer.Dispose();
            Run();
        }
    }

    private void Sync(Segment segment, long length)
    {
        try
        {
            var start = _clock.GetTimestamp();
            // A handle of its own: a sync is the file's, whoever wrote it, and the writer's may close at any moment.
            using (var file = File.OpenHandle(segment.Path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete))
            {
                RandomAccess.FlushToDisk(file);
            }

            segment.Synced = length;
            _failing = false;
            _metrics.Synced(_clock.GetElapsedTime(start));
        }
        catch (FileNotFoundException)
        {
            // Shipped and deleted meanwhile.
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            if (!_failing)
            {
                _logger.SyncFails(exception.Message);
            }

            _failing = true;
        }
    }
}
