using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Sockets;
using HdrHistogram;

namespace LlmGateway.Benchmarks.Gateway.Load;

/// <summary>
/// Requests fall due at a fixed rate whatever the answers do, and a latency counts from the due time: a server that
/// stalls pays for all the requests that it kept waiting.
/// </summary>
internal sealed class OpenLoop(LoadRequest request)
{
    private const long MostMicroseconds = 60_000_000;
    private readonly LongHistogram _microseconds = new(1, MostMicroseconds, 3);
    private readonly BlockingCollection<Lane> _free = [];
    private long _failures;

    public async Task<LoadResult> RunAsync(int port, int perSecond, int connections, TimeSpan duration)
    {
        for (var i = 0; i < connections; i++)
        {
            _free.Add(new Lane(await RawConnection.OpenAsync(port), request.Copy()));
        }

        var watch = Stopwatch.StartNew();
        await Task.Factory.StartNew(() => Dispatch(perSecond, duration), TaskCreationOptions.LongRunning);
        for (var i = 0; i < connections; i++)
        {
            _free.Take().Connection.Dispose();
        }

        return new LoadResult(
            _microseconds.TotalCount,
            _failures,
            watch.Elapsed,
            _microseconds.GetValueAtPercentile(50) / 1000.0,
            _microseconds.GetValueAtPercentile(99) / 1000.0);
    }

    private void Dispatch(int perSecond, TimeSpan duration)
    {
        var start = Stopwatch.GetTimestamp();
        var count = (long)(duration.TotalSeconds * perSecond);
        for (var i = 0L; i < count; i++)
        {
            var due = start + (i * Stopwatch.Frequency / perSecond);
            PreciseSleep.Until(due);
            var lane = _free.Take();
            request.Number(lane.Bytes, LoadNumbers.Next());
            _ = ExchangeAsync(lane, due);
        }
    }

    private async Task ExchangeAsync(Lane lane, long due)
    {
        try
        {
            lane.Connection.Send(lane.Bytes);
            if (await lane.Connection.ReceiveAsync() == 200)
            {
                Record(Stopwatch.GetElapsedTime(due));
            }
            else
            {
                Interlocked.Increment(ref _failures);
            }
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            Interlocked.Increment(ref _failures);
        }
        _free.Add(lane);
    }

    private void Record(TimeSpan latency)
    {
        lock (_microseconds)
        {
            _microseconds.RecordValue(Math.Clamp((long)latency.TotalMicroseconds, 1, MostMicroseconds));
        }
    }

    private sealed record Lane(RawConnection Connection, byte[] Bytes);
}
