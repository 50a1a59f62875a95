namespace LlmGateway.Gateway.Forwarding;

/// <summary>Cancels a call when its provider was silent for too long, or when the caller's token is cancelled.</summary>
internal sealed class IdleTimer : IDisposable
{
    private readonly CancellationTokenSource _silence;
    private readonly CancellationTokenSource _either;
    private readonly TimeSpan _limit;

    public IdleTimer(TimeSpan limit, TimeProvider time, CancellationToken cancelled)
    {
        _limit = limit;
        _silence = new CancellationTokenSource(limit, time);
        _either = CancellationTokenSource.CreateLinkedTokenSource(_silence.Token, cancelled);
    }

    public CancellationToken Token => _either.Token;

    /// <summary>Whether the provider was silent for too long.</summary>
    public bool Expired => _silence.IsCancellationRequested;

    /// <summary>Bytes came: the silence begins anew.</summary>
    public void Reset() => _silence.CancelAfter(_limit);

    public void Dispose()
    {
        _either.Dispose();
        _silence.Dispose();
    }
}
