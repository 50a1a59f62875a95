using System.Collections.Concurrent;
using System.Threading.Channels;

namespace LlmGateway.Gateway.Shadows;

/// <summary>Calls that wait for being made again. It is bounded: what does not fit is dropped and counted.</summary>
internal sealed class ShadowQueue
{
    /// <summary>No shadow may take more of the queue than one part in four.</summary>
    private const int Parts = 4;

    private readonly Channel<MirroredCall> _calls;
    private readonly ConcurrentDictionary<string, Counts> _counts = new(StringComparer.Ordinal);
    private readonly ShadowOptions _options;
    private long _bytes;

    public ShadowQueue(GatewaySettings settings)
    {
        _options = settings.Current.Shadows;
        _calls = Channel.CreateBounded<MirroredCall>(_options.MaxWaitingCalls);
    }

    public int Waiting => _calls.Reader.Count;

    public long WaitingBytes => Interlocked.Read(ref _bytes);

    /// <summary>Takes a call, or drops it; never waits.</summary>
    public void Offer(MirroredCall call)
    {
        var counts = _counts.GetOrAdd(call.Shadow.Id, static _ => new Counts());
        var fits = Interlocked.Increment(ref counts.Waiting) <= _options.MaxWaitingCalls / Parts;
        if (Interlocked.Add(ref _bytes, call.Size) > _options.MaxWaitingBytes || !fits || !_calls.Writer.TryWrite(call))
        {
            Leave(call, counts);
            Interlocked.Increment(ref counts.Dropped);
        }
    }

    public async ValueTask<MirroredCall> TakeAsync(CancellationToken cancellationToken)
    {
        var call = await _calls.Reader.ReadAsync(cancellationToken);
        Leave(call, _counts[call.Shadow.Id]);
        return call;
    }

    /// <summary>How many were dropped by shadow, since the last time.</summary>
    public IReadOnlyList<(string ShadowId, long Count)> TakeDropped() =>
        [.. _counts.Select(pair => (pair.Key, Interlocked.Exchange(ref pair.Value.Dropped, 0))).Where(pair => pair.Item2 > 0)];

    /// <summary>Gives back what <see cref="TakeDropped"/> took and could not be kept.</summary>
    public void ReturnDropped(string shadowId, long count) => Interlocked.Add(ref _counts[shadowId].Dropped, count);

    private void Leave(MirroredCall call, Counts counts)
    {
        Interlocked.Add(ref _bytes, -call.Size);
        Interlocked.Decrement(ref counts.Waiting);
    }

    private sealed class Counts
    {
        public int Waiting;
        public long Dropped;
    }
}
