using System.Diagnostics.CodeAnalysis;

namespace LlmGateway.Gateway.Caching;

/// <summary>
/// One upstream call that several identical requests wait for. It goes on when the request that leads it is left by its
/// caller, and is cancelled when the last of them is.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "A source without a timer holds nothing, and followers may leave after the flight has landed.")]
internal sealed class Flight
{
    private readonly TaskCompletionSource<CachedAnswer?> _landed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _deserted = new();
    private readonly Lock _gate = new();
    private int _aboard = 1;

    /// <summary>Cancelled when nobody waits any more.</summary>
    public CancellationToken Deserted => _deserted.Token;

    /// <summary>How many wait.</summary>
    public int Aboard => Volatile.Read(ref _aboard);

    /// <summary>Comes aboard. False when everybody has left.</summary>
    public bool TryBoard()
    {
        lock (_gate)
        {
            if (_aboard == 0)
            {
                return false;
            }

            _aboard++;
            return true;
        }
    }

    /// <summary>The answer; null when the call brought none that could be shared.</summary>
    public async Task<CachedAnswer?> WaitAsync(CancellationToken callerLeft)
    {
        try
        {
            return await _landed.Task.WaitAsync(callerLeft);
        }
        catch (OperationCanceledException)
        {
            Leave();
            throw;
        }
    }

    /// <summary>One caller less waits.</summary>
    public void Leave()
    {
        lock (_gate)
        {
            if (--_aboard > 0)
            {
                return;
            }
        }

        _deserted.Cancel();
    }

    public void Land(CachedAnswer? answer) => _landed.TrySetResult(answer);
}
