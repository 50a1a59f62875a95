namespace LlmGateway.Gateway.Health;

/// <summary>What this gateway knows of a deployment: its circuit, its calls under way, and which keys it limits.</summary>
internal sealed class DeploymentHealth(string name)
{
    private readonly Lock _gate = new();
    private long[] _limitedUntil = [];
    private int _inFlight;

    /// <summary><c>provider/model</c>.</summary>
    public string Name { get; } = name;

    public CircuitBreaker Circuit { get; } = new();

    public int InFlight => Volatile.Read(ref _inFlight);

    /// <summary>Why its last failed attempt failed, in one word; null if none did.</summary>
    public string? LastFailure { get; private set; }

    public void Begin(DateTimeOffset now)
    {
        Interlocked.Increment(ref _inFlight);
        Circuit.Begin(now);
    }

    /// <returns>Whether this attempt opened the circuit.</returns>
    public bool End(AttemptVerdict verdict, string? failure, BreakerOptions options, DateTimeOffset now)
    {
        Interlocked.Decrement(ref _inFlight);
        if (verdict == AttemptVerdict.Failure)
        {
            LastFailure = failure;
        }

        return Circuit.End(verdict, options, now);
    }

    /// <summary>Lets one of the provider's keys rest for this deployment.</summary>
    public void LimitKey(int index, DateTimeOffset until)
    {
        lock (_gate)
        {
            if (_limitedUntil.Length <= index)
            {
                Array.Resize(ref _limitedUntil, index + 1);
            }

            _limitedUntil[index] = until.UtcTicks;
        }
    }

    /// <summary>In ticks of UTC; 0 when it was never limited.</summary>
    public long KeyLimitedUntil(int index)
    {
        var limits = Volatile.Read(ref _limitedUntil);
        return index < limits.Length ? Volatile.Read(ref limits[index]) : 0;
    }
}
