using LlmGateway.Gateway.Routes;

namespace LlmGateway.Gateway.Forwarding;

/// <summary>
/// Cancels an attempt when one of its four timers runs out, or when the caller's token is cancelled. One timer runs at a time: until
/// there is a connection, until the first content, then between bytes; and none lasts longer than what is left of the whole.
/// </summary>
internal sealed class CallTimer : IDisposable
{
    private const int Connecting = 0;
    private const int Waiting = 1;
    private const int Receiving = 2;
    private readonly CancellationTokenSource _source;
    private readonly CancellationTokenRegistration _registration;
    private readonly CancellationToken _cancelled;
    private readonly CallTimeouts _timeouts;
    private readonly TimeProvider _time;
    private readonly TimeSpan _left;
    private readonly long _began;
    private int _phase;
    private bool _totalIsNext;

    /// <param name="timeouts">The timers.</param>
    /// <param name="left">What is left of the whole call's time.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancelled">The caller's token.</param>
    public CallTimer(CallTimeouts timeouts, TimeSpan left, TimeProvider time, CancellationToken cancelled)
    {
        (_timeouts, _left, _time, _cancelled) = (timeouts, left, time, cancelled);
        _began = time.GetTimestamp();
        _source = new CancellationTokenSource(Limit(timeouts.Connect), time);
        _registration = cancelled.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), _source);
    }

    public CancellationToken Token => _source.Token;

    /// <summary>The timer that ran out, as it is configured: <c>connect</c>, <c>first_byte</c>, <c>idle</c>, <c>total</c>; null if none did.</summary>
    public string? Expired => !_source.IsCancellationRequested || _cancelled.IsCancellationRequested ? null
        : _totalIsNext ? "total"
        : _phase switch
        {
            Connecting => "connect",
            Waiting => "first_byte",
            _ => "idle",
        };

    /// <summary>There is a connection: the request leaves.</summary>
    public void Sent()
    {
        if (Interlocked.CompareExchange(ref _phase, Waiting, Connecting) == Connecting)
        {
            _source.CancelAfter(Limit(_timeouts.FirstByte));
        }
    }

    /// <summary>The first content came.</summary>
    public void Started()
    {
        _phase = Receiving;
        _source.CancelAfter(Limit(_timeouts.Idle));
    }

    /// <summary>Bytes came: the silence begins anew, unless content is still waited for.</summary>
    public void Reset()
    {
        if (_phase == Receiving)
        {
            _source.CancelAfter(Limit(_timeouts.Idle));
        }
    }

    public void Dispose()
    {
        _registration.Dispose();
        _source.Dispose();
    }

    private TimeSpan Limit(TimeSpan limit)
    {
        var left = _left - _time.GetElapsedTime(_began);
        _totalIsNext = left <= limit;
        return !_totalIsNext ? limit : left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }
}
