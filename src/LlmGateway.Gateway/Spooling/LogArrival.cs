namespace LlmGateway.Gateway.Spooling;

/// <summary>
/// Tells when the log has what was recorded before a moment, so that nobody waits for what will not come. Of this gateway the spool
/// knows it; what other gateways recorded, and what a queue still holds, is given the time that it usually takes.
/// </summary>
/// <param name="spool">This gateway's records.</param>
/// <param name="time">Waits.</param>
/// <param name="delay">How long what left a spool may take to be in the log; none where the log is this process's own.</param>
internal sealed class LogArrival(InferenceSpool spool, TimeProvider time, TimeSpan delay)
{
    /// <summary>From an answer at one gateway to its record in the log of all, with room for a busy machine: 100 ms is usual.</summary>
    public static readonly TimeSpan UsualDelay = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(10);

    /// <summary>How long the log itself is to be watched once this gateway's records have left.</summary>
    public TimeSpan Delay => delay;

    /// <summary>The moment that <see cref="WaitAsync"/> goes by.</summary>
    public long Now() => spool.Store.End();

    /// <summary>Waits until what this gateway recorded before a moment has left it, but not for ever.</summary>
    /// <param name="moment">What <see cref="Now"/> was.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task WaitAsync(long moment, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        for (var pause = FirstPause; !spool.Store.HasShipped(moment) && time.GetElapsedTime(began) + pause <= Patience; pause *= 1.5)
        {
            await Task.Delay(pause, time, cancellationToken);
        }
    }
}
