namespace LlmGateway.Gateway.Batches;

/// <summary>Calls that all batches of this process may make at once; who waits longest is next.</summary>
internal sealed class BatchSlots(GatewaySettings settings) : IDisposable
{
    private readonly SemaphoreSlim _free = new(settings.Current.Batches.ReplicaConcurrency);

    /// <summary>Takes one until it is disposed.</summary>
    public async Task<IDisposable> TakeAsync(CancellationToken cancellationToken)
    {
        await _free.WaitAsync(cancellationToken);
        return new Slot(_free);
    }

    public void Dispose() => _free.Dispose();

    private sealed class Slot(SemaphoreSlim free) : IDisposable
    {
        public void Dispose() => free.Release();
    }
}
