namespace LlmGateway.Retrieval.Routing;

/// <summary>Lets the process train one classifier at a time, which takes a core, and for many long queries some hundred megabytes.</summary>
internal sealed class TrainingTurn : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1);

    /// <returns>The turn, which ends with it.</returns>
    public async Task<IDisposable> TakeAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        return new Turn(_turn);
    }

    public void Dispose() => _turn.Dispose();

    private sealed class Turn(SemaphoreSlim turn) : IDisposable
    {
        public void Dispose() => turn.Release();
    }
}
