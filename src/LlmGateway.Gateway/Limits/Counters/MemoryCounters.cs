using LlmGateway.Gateway.Limits.Rules;

namespace LlmGateway.Gateway.Limits.Counters;

/// <summary>
/// Counters of this process: all there is without Redis, and what a gateway goes on with while Redis is away. There they begin
/// with what Redis said last.
/// </summary>
internal sealed class MemoryCounters
{
    private const int MaxCounters = 100_000;

    private readonly Lock _gate = new();
    private readonly Dictionary<CounterKey, Counter> _counters = [];
    private int _epoch;
    private int _interruptions;
    private long _interruptedAt;

    /// <summary>Sets everything aside or nothing.</summary>
    public Verdict Reserve(CallLimits call)
    {
        lock (_gate)
        {
            foreach (var counted in call.Counted)
            {
                if (Open(counted) is not { } counter)
                {
                    return Verdict.Missing;
                }

                counted.Before = counter.Used + counter.Reserved;
            }

            call.RefusedBy = Array.Find(call.Counted, static counted => counted.Limit.Enforced && counted.Exceeded);
            if (call.RefusedBy is not null)
            {
                return Verdict.Refused;
            }

            foreach (var counted in call.Counted)
            {
                _counters[counted.Key].Reserved += counted.Reserved;
            }

            return Verdict.Reserved;
        }
    }

    /// <summary>
    /// Whether Redis's word does not do for a call: Redis was away, the window is from before that, and the database was not asked since.
    /// </summary>
    public bool IsDoubtful(CallLimits call)
    {
        if (Volatile.Read(ref _interruptions) == 0)
        {
            return false;
        }

        lock (_gate)
        {
            return Array.Exists(call.Counted, counted => counted.Limit.IsKept && counted.WindowStart <= _interruptedAt
                && !(_counters.TryGetValue(counted.Key, out var counter) && counter.Mark.Interruptions == _interruptions));
        }
    }

    /// <summary>From now on totals that the database keeps are asked of it once more, because others counted meanwhile.</summary>
    public void Distrust()
    {
        lock (_gate)
        {
            _epoch++;
        }
    }

    /// <summary>The same, and Redis is not believed either: it may come back with what it held before.</summary>
    /// <param name="at">Unix seconds.</param>
    public void Interrupt(long at)
    {
        lock (_gate)
        {
            _epoch++;
            _interruptedAt = at;
            Volatile.Write(ref _interruptions, _interruptions + 1);
        }
    }

    /// <summary>Up to when the database is known, once it is asked now.</summary>
    public ReadMark Mark()
    {
        lock (_gate)
        {
            return new ReadMark(_epoch, _interruptions);
        }
    }

    /// <summary>Puts what the call came to in the place of what was set aside for it.</summary>
    public void Settle(CallLimits call)
    {
        lock (_gate)
        {
            foreach (var counted in call.Counted)
            {
                if (_counters.TryGetValue(counted.Key, out var counter) && counter.WindowStart == counted.WindowStart)
                {
                    counter.Reserved -= counted.Reserved;
                    counter.Used += counted.Settled ?? 0;
                }
            }
        }
    }

    /// <summary>Takes over what others know of a counter: a window never holds less than was counted in it.</summary>
    /// <param name="limit">The counter's limit.</param>
    /// <param name="key">The counter.</param>
    /// <param name="windowStart">The window.</param>
    /// <param name="used">What is known.</param>
    /// <param name="mark">Taken before the database was asked for it; null where it was not.</param>
    public void Raise(CompiledLimit limit, CounterKey key, long windowStart, long used, ReadMark? mark = null)
    {
        lock (_gate)
        {
            if (!_counters.TryGetValue(key, out var counter))
            {
                counter = Add(limit, key, windowStart, used);
            }
            else if (counter.WindowStart < windowStart)
            {
                counter.Begin(windowStart, used);
            }
            else if (counter.WindowStart == windowStart)
            {
                counter.Used = Math.Max(counter.Used, used);
            }

            counter.Mark = mark ?? counter.Mark;
        }
    }

    /// <summary>What ended calls used of a counter in a window, as far as it is known here.</summary>
    public long Used(CounterKey key, long windowStart)
    {
        lock (_gate)
        {
            return _counters.TryGetValue(key, out var counter) && counter.WindowStart == windowStart ? counter.Used : 0;
        }
    }

    /// <summary>The same with what is set aside for calls under way.</summary>
    public long Total(CounterKey key, long windowStart)
    {
        lock (_gate)
        {
            return _counters.TryGetValue(key, out var counter) && counter.WindowStart == windowStart ? counter.Used + counter.Reserved : 0;
        }
    }

    /// <summary>What this gateway knows of a limit's subjects in their present windows, in their order.</summary>
    public List<(CounterKey Key, long Total)> List(string limitId, long windowStart)
    {
        lock (_gate)
        {
            return [.. _counters
                .Where(pair => pair.Key.LimitId == limitId && pair.Value.WindowStart == windowStart)
                .Select(pair => (pair.Key, pair.Value.Used + pair.Value.Reserved))
                .OrderBy(pair => pair.Key.ProjectId, StringComparer.Ordinal).ThenBy(pair => pair.Key.Subject, StringComparer.Ordinal)];
        }
    }

    private Counter? Open(CountedLimit counted)
    {
        if (_counters.TryGetValue(counted.Key, out var counter))
        {
            if (counted.Limit.IsKept && counter.Mark.Epoch != _epoch)
            {
                return null;
            }

            // A clock that goes back does not bring a window back.
            if (counter.WindowStart < counted.WindowStart)
            {
                counter.Begin(counted.WindowStart, 0);
            }

            return counter;
        }

        if (counted.Limit.IsKept)
        {
            return null;
        }

        return Add(counted.Limit, counted.Key, counted.WindowStart, 0);
    }

    private Counter Add(CompiledLimit limit, CounterKey key, long windowStart, long used)
    {
        if (_counters.Count >= MaxCounters)
        {
            MakeRoom();
        }

        return _counters[key] = new Counter { WindowStart = windowStart, Used = used, IsMadeUp = limit.Definition.Scope.Type is LimitSubject.EndUser or LimitSubject.Metadata };
    }

    /// <summary>
    /// Callers make up end users and metadata: those counters go that nothing is set aside in. Those of projects and keys stay, and
    /// totals that the database keeps are read again when they are wanted.
    /// </summary>
    private void MakeRoom()
    {
        foreach (var (key, counter) in _counters)
        {
            if (counter is { IsMadeUp: true, Reserved: 0 })
            {
                _counters.Remove(key);
            }
        }
    }

    private sealed class Counter
    {
        public bool IsMadeUp { get; init; }

        /// <summary>When its total was last read.</summary>
        public ReadMark Mark = new(-1, -1);

        public long WindowStart;
        public long Used;
        public long Reserved;

        public void Begin(long windowStart, long used) => (WindowStart, Used, Reserved) = (windowStart, used, 0);
    }
}

/// <summary>What had made a total doubtful when the database was asked for it.</summary>
/// <param name="Epoch">Times that this gateway began to count alone, or Redis was away.</param>
/// <param name="Interruptions">Times that Redis was away.</param>
internal readonly record struct ReadMark(int Epoch, int Interruptions);
