using LlmGateway.Contracts.Gateway;
using LlmGateway.Gateway.Limits.Rules;

namespace LlmGateway.Gateway.Limits;

/// <summary>What a call was counted by, and what became of it.</summary>
internal sealed class CallLimits(Guid id, string projectId, CountedLimit[] counted)
{
    private int _ended;

    /// <summary>The call's inference id, by which it is counted and settled once.</summary>
    public Guid Id { get; } = id;

    public string ProjectId { get; } = projectId;

    /// <summary>The limits that are for the call.</summary>
    public CountedLimit[] Counted { get; } = counted;

    /// <summary>The limit that refused it; null when it was let through.</summary>
    public CountedLimit? RefusedBy { get; set; }

    /// <summary>Where it is counted.</summary>
    public LimitPlaces Places { get; set; }

    /// <summary>Whether this gateway counted alone, because the Redis that all share is away.</summary>
    public bool IsLocal { get; set; }

    public bool HoldsSlot => Array.Exists(Counted, static counted => counted.Limit.Resource == LimitedResource.ConcurrentRequests);

    /// <summary>True for the first that settles the call.</summary>
    public bool TryEnd() => Interlocked.Exchange(ref _ended, 1) == 0;
}

/// <summary>Where a call may be counted.</summary>
[Flags]
internal enum LimitPlaces
{
    None = 0,
    Memory = 1,

    /// <summary>Also when it is not known whether the reservation arrived.</summary>
    Redis = 2,
}

/// <summary>One limit of one call. Amounts are counts, or nano-dollars.</summary>
/// <param name="Limit">The limit.</param>
/// <param name="Key">Its counter.</param>
/// <param name="WindowStart">The window, in Unix seconds; 0 where there is none.</param>
/// <param name="Reserved">What was set aside for the call before it was made.</param>
internal sealed record CountedLimit(CompiledLimit Limit, CounterKey Key, long WindowStart, long Reserved)
{
    /// <summary>Of <see cref="Reserved"/>, what the request alone accounts for.</summary>
    public long ReservedForInput { get; init; }

    /// <summary>What the window held before the call, reservations of others included.</summary>
    public long Before { get; set; }

    /// <summary>Of <see cref="Before"/>, what ended calls used.</summary>
    public long UsedBefore { get; set; }

    /// <summary>What the call came to; null until it has ended.</summary>
    public long? Settled { get; set; }

    /// <summary>Whether there was no room for the call, which a limit in shadow mode only tells.</summary>
    public bool Exceeded => Before > Limit.Most - Reserved;

    /// <summary>What is left, with this call.</summary>
    public long RemainingWith(bool admitted) => Math.Max(0, Limit.Most - Before - (admitted ? Reserved : 0));

    public long? WindowEnd => Limit.Window.EndOf(WindowStart);

    /// <summary>What a call came to, by its record. Absent usage is not zero: of a good answer the reservation stays.</summary>
    public long Amount(InferenceRecord record) => (Limit.Resource, IsFree(record)) switch
    {
        (LimitedResource.ConcurrentRequests, _) => 0,
        (LimitedResource.Requests, _) => Reserved,
        (_, true) => 0,
        (LimitedResource.Tokens, _) => record.InputTokens + (record.OutputTokens ?? 0) ?? Unknown(record),
        _ => record.CostNanoUsd ?? Unknown(record),
    };

    /// <summary>A cached answer costs nothing, nor does a call that no provider was asked for.</summary>
    private static bool IsFree(InferenceRecord record) =>
        record.Cache is CacheResult.Hit or CacheResult.Shared or CacheResult.Semantic || record.Attempts.Count == 0;

    private long Unknown(InferenceRecord record) => record.Outcome switch
    {
        InferenceOutcome.Failed => 0,
        InferenceOutcome.Cancelled => ReservedForInput,
        _ => Reserved,
    };
}
