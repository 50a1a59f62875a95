namespace LlmGateway.Gateway.Forwarding;

/// <summary>Cancels a call when its provider was silent for too long, or when the caller's token is cancelled.</summary>
internal sealed class IdleTimer : IDisposable
{
    private readonly CancellationTokenSource _source;
    private readonly CancellationTokenRegistration _registration;
    private readonly CancellationToken _cancelled;
    private readonly TimeSpan _limit;

    public IdleTimer(TimeSpan limit, TimeProvider time, CancellationToken cancelled)
    {
        _limit = limit;
        _cancelled = cancelled;
        _source = new CancellationTokenSource(limit, time);
        _registration = cancelled.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), _source);
    }

    public CancellationToken Token => _source.Token;

    /// <summary>Whether the provider was silent for too long.</summary>
    public bool Expired => _source.IsCancellationRequested && !_cancelled.IsCancellationRequested;

    /// <summary>Bytes came: the silence begins anew.</summary>
    public void Reset() => _source.CancelAfter(_limit);

    public void Dispose()
    {
        _registration.Dispose();
        _source.Dispose();
    }
}
