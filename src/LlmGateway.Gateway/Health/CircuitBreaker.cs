namespace LlmGateway.Gateway.Health;

internal enum CircuitState
{
    /// <summary>Calls pass.</summary>
    Closed,

    /// <summary>One call is let through, to see.</summary>
    HalfOpen,

    /// <summary>No call passes.</summary>
    Open,
}

/// <summary>How an attempt ended, as far as its deployment is concerned.</summary>
internal enum AttemptVerdict
{
    Success,

    /// <summary>The deployment's fault: a 5xx, a broken connection, a timer, an answer that is none.</summary>
    Failure,

    /// <summary>It says nothing of the deployment: the caller left, the request or the key was refused.</summary>
    Neutral,
}

/// <summary>Counts a deployment's attempts over a sliding window, and opens when too many of them fail.</summary>
internal sealed class CircuitBreaker
{
    private const int Slots = 10;
    private readonly Lock _gate = new();
    private readonly (long Slot, int Attempts, int Failures)[] _slots = new (long, int, int)[Slots];
    private DateTimeOffset? _openUntil;
    private bool _probing;

    /// <summary>How often it has opened.</summary>
    public long Openings { get; private set; }

    public CircuitState State(DateTimeOffset now)
    {
        lock (_gate)
        {
            return StateAt(now);
        }
    }

    /// <summary>Until when it is open; null when it is closed.</summary>
    public DateTimeOffset? OpenUntil
    {
        get
        {
            lock (_gate)
            {
                return _openUntil;
            }
        }
    }

    /// <summary>Whether a call would be let through.</summary>
    public bool LetsThrough(DateTimeOffset now)
    {
        lock (_gate)
        {
            return StateAt(now) is var state && (state == CircuitState.Closed || (state == CircuitState.HalfOpen && !_probing));
        }
    }

    /// <summary>Takes the place of the one call that a half-open circuit lets through.</summary>
    public void Begin(DateTimeOffset now)
    {
        lock (_gate)
        {
            _probing |= StateAt(now) == CircuitState.HalfOpen;
        }
    }

    /// <returns>Whether this attempt opened the circuit.</returns>
    public bool End(AttemptVerdict verdict, BreakerOptions options, DateTimeOffset now)
    {
        lock (_gate)
        {
            _probing = false;
            if (verdict == AttemptVerdict.Neutral)
            {
                return false;
            }

            Count(verdict, options, now);
            return verdict == AttemptVerdict.Success ? Close(now) : OpenIfDue(options, now);
        }
    }

    /// <summary>Attempts and failures of the window.</summary>
    public (int Attempts, int Failures) Counts(BreakerOptions options, DateTimeOffset now)
    {
        lock (_gate)
        {
            return Sum(options, now);
        }
    }

    private CircuitState StateAt(DateTimeOffset now) =>
        _openUntil is not { } until ? CircuitState.Closed : now < until ? CircuitState.Open : CircuitState.HalfOpen;

    /// <summary>The success of a call that began before the circuit opened does not close it.</summary>
    private bool Close(DateTimeOffset now)
    {
        if (StateAt(now) == CircuitState.HalfOpen)
        {
            _openUntil = null;
            Array.Clear(_slots);
        }

        return false;
    }

    private bool OpenIfDue(BreakerOptions options, DateTimeOffset now)
    {
        if (StateAt(now) == CircuitState.Open)
        {
            return false;
        }

        var (attempts, failures) = Sum(options, now);
        if (_openUntil is null && (attempts < options.MinimumRequests || failures < options.FailureThreshold * attempts))
        {
            return false;
        }

        _openUntil = now + options.CoolDown;
        Openings++;
        return true;
    }

    private void Count(AttemptVerdict verdict, BreakerOptions options, DateTimeOffset now)
    {
        var slot = SlotOf(options, now);
        ref var current = ref _slots[slot % Slots];
        if (current.Slot != slot)
        {
            current = (slot, 0, 0);
        }

        current.Attempts++;
        current.Failures += verdict == AttemptVerdict.Failure ? 1 : 0;
    }

    private (int Attempts, int Failures) Sum(BreakerOptions options, DateTimeOffset now)
    {
        var oldest = SlotOf(options, now) - Slots + 1;
        var (attempts, failures) = (0, 0);
        foreach (var slot in _slots)
        {
            if (slot.Slot >= oldest)
            {
                attempts += slot.Attempts;
                failures += slot.Failures;
            }
        }

        return (attempts, failures);
    }

    private static long SlotOf(BreakerOptions options, DateTimeOffset now) => now.UtcTicks / Math.Max(1, options.Window.Ticks / Slots);
}
