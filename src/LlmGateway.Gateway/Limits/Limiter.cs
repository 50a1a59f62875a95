using System.Collections.Concurrent;
using LlmGateway.Contracts.Gateway;
using LlmGateway.Gateway.Limits.Counters;
using LlmGateway.Gateway.Limits.Rules;
using LlmGateway.Gateway.Limits.Usage;
using LlmGateway.Gateway.Pricing;
using LlmGateway.Service;
using Microsoft.AspNetCore.Http;

namespace LlmGateway.Gateway.Limits;

/// <summary>
/// Reserves what a call may come to before it is made, in all its limits or in none, and settles what it came to when it is recorded.
/// Nothing is ever looked at first and counted later.
/// </summary>
internal sealed class Limiter(
    LimitDirectory directory, MemoryCounters memory, UsageTotals totals, PriceTable prices, GatewaySettings settings, LimitMetrics metrics,
    TimeProvider time, RedisCounters? redis = null, SettleQueue? queue = null) : IDisposable
{
    /// <summary>How often a total is read again that became doubtful while it was read.</summary>
    private const int MostReads = 3;
    private static readonly TimeSpan StorePatience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan StorePause = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim _reading = new(1, 1);
    private readonly ConcurrentDictionary<Guid, CallLimits> _underWay = new();
    private bool _isShared;

    /// <summary>Until then the database is not asked; changed by who holds <see cref="_reading"/>.</summary>
    private DateTimeOffset _storeAwayUntil;

    /// <summary>Calls that something is set aside for in Redis.</summary>
    public IEnumerable<CallLimits> UnderWay => _underWay.Select(static pair => pair.Value);

    /// <summary>Lets a call through; costs nothing where no limit is for it.</summary>
    /// <param name="call">Its deployment is found, or it is forwarded unread.</param>
    /// <param name="response">Gets the headers that tell of limits.</param>
    /// <param name="cancellationToken">The caller's leaving.</param>
    /// <exception cref="ApiException">429: a limit has no room. 400: a budget cannot be kept, because the price is unknown.</exception>
    public ValueTask AdmitAsync(InferenceCall call, HttpResponse response, CancellationToken cancellationToken)
    {
        var limits = directory.Of(call.Caller.ProjectId);
        var count = 0;
        foreach (var limit in limits)
        {
            count += limit.SubjectOf(call) is null ? 0 : 1;
        }

        return count == 0 ? ValueTask.CompletedTask : AdmitAsync(call, response, limits, count, cancellationToken);
    }

    /// <summary>Puts what the call came to in the place of what was set aside for it.</summary>
    /// <returns>Done when nothing of it holds back another call of the same caller.</returns>
    public ValueTask SettleAsync(CallLimits call, InferenceRecord record)
    {
        if (call.Places == LimitPlaces.None || !call.TryEnd())
        {
            return ValueTask.CompletedTask;
        }

        foreach (var counted in call.Counted)
        {
            counted.Settled = call.RefusedBy is null ? counted.Amount(record) : 0;
        }

        if (call.Places.HasFlag(LimitPlaces.Memory))
        {
            memory.Settle(call);
        }

        if (call.Places.HasFlag(LimitPlaces.Redis))
        {
            return SettleInRedisAsync(call);
        }

        totals.Add(call);
        return ValueTask.CompletedTask;
    }

    public void Dispose() => _reading.Dispose();

    /// <summary>A slot must be free before its caller knows that the call has ended; everything else has time.</summary>
    private async ValueTask SettleInRedisAsync(CallLimits call)
    {
        _underWay.TryRemove(call.Id, out _);
        if (call.HoldsSlot && await redis!.SettleAsync(call, waits: true))
        {
            totals.Add(call);
        }
        else
        {
            queue!.Offer(call);
        }
    }

    private async ValueTask AdmitAsync(InferenceCall call, HttpResponse response, CompiledLimit[] limits, int count, CancellationToken cancellationToken)
    {
        var admission = call.Limits = new CallLimits(call.Id, call.Caller.ProjectId, Count(call, limits, count));
        RefuseWhatNeverFits(admission);
        var verdict = await ReserveAsync(admission, cancellationToken);
        LimitHeaders.Write(response.Headers, admission, time.GetUtcNow());
        foreach (var counted in admission.Counted)
        {
            if (counted.Exceeded)
            {
                metrics.CountExceeded(counted.Limit);
            }
        }

        if (verdict == Verdict.Refused)
        {
            throw new ApiException(LimitErrors.Exceeded(admission, time.GetUtcNow()));
        }
    }

    private CountedLimit[] Count(InferenceCall call, CompiledLimit[] limits, int count)
    {
        var counted = new CountedLimit[count];
        var now = time.GetUtcNow();
        CallEstimate? estimate = null;
        var index = 0;
        foreach (var limit in limits)
        {
            if (limit.SubjectOf(call) is not { } subject)
            {
                continue;
            }

            var (reserved, forInput) = limit.Resource is LimitedResource.Tokens or LimitedResource.CostUsd && call.Request is not null
                ? Reckon(call, limit, estimate ??= CallEstimate.Of(call, prices, settings.Current.Limits))
                : limit.Resource == LimitedResource.CostUsd ? (Unpriced(limit, null), 0) : (1, 0);
            counted[index++] = new CountedLimit(limit, new CounterKey(limit.Id, call.Caller.ProjectId, subject), limit.Window.StartAt(now), reserved) { ReservedForInput = forInput };
        }

        return counted;
    }

    /// <summary>A guess never keeps a call out of an empty window; what the request itself asks for does.</summary>
    private (long Reserved, long ForInput) Reckon(InferenceCall call, CompiledLimit limit, CallEstimate estimate)
    {
        var model = call.Deployment!.Name;
        var (all, input) = limit.Resource == LimitedResource.Tokens
            ? (estimate.Tokens, estimate.InputTokens)
            : (estimate.Cost(model, prices) ?? Unpriced(limit, model), estimate.InputCost(model, prices) ?? 0);
        var reserved = estimate.IsGuess ? Math.Min(all, limit.Most) : all;
        return (reserved, Math.Min(input, reserved));
    }

    private static long Unpriced(CompiledLimit limit, string? model) =>
        limit.Enforced && limit.Definition.Unpriced == UnpricedCalls.Refuse ? throw new ApiException(LimitErrors.PriceUnknown(limit, model)) : 0;

    private static void RefuseWhatNeverFits(CallLimits admission)
    {
        foreach (var counted in admission.Counted)
        {
            if (counted.Limit.Enforced && counted.Reserved > counted.Limit.Most)
            {
                admission.RefusedBy = counted;
                throw new ApiException(LimitErrors.TooLarge(counted));
            }
        }
    }

    private async ValueTask<Verdict> ReserveAsync(CallLimits call, CancellationToken cancellationToken)
    {
        if (redis is not null && await ReserveInRedisAsync(call, cancellationToken) is { } verdict)
        {
            return verdict;
        }

        verdict = memory.Reserve(call);
        if (verdict == Verdict.Missing)
        {
            verdict = await ReadAndReserveAsync(call, cancellationToken);
        }

        call.Places |= verdict == Verdict.Reserved ? LimitPlaces.Memory : LimitPlaces.None;
        return verdict;
    }

    /// <returns>Null while Redis is away.</returns>
    private async ValueTask<Verdict?> ReserveInRedisAsync(CallLimits call, CancellationToken cancellationToken)
    {
        // First, so that what may have arrived is settled even when the caller leaves meanwhile.
        call.Places = LimitPlaces.Redis;
        var verdict = await ReserveIfKnownAsync(call);
        if (verdict == Verdict.Missing)
        {
            verdict = await ReadAndReserveInRedisAsync(call, cancellationToken);
        }

        if (verdict == Verdict.Reserved)
        {
            // Not before: a renewal would set aside what was refused.
            _underWay[call.Id] = call;
            Remember(call);
            return verdict;
        }

        if (verdict == Verdict.Refused)
        {
            call.Places = LimitPlaces.None;
            Remember(call);
            return verdict;
        }

        // It may have arrived: what the call comes to is told to Redis too.
        call.IsLocal = true;
        if (Interlocked.Exchange(ref _isShared, false))
        {
            memory.Distrust();
        }

        metrics.CountLocal();
        return null;
    }

    /// <summary>Redis is believed, but for what may be from before it was away.</summary>
    private async ValueTask<Verdict> ReserveIfKnownAsync(CallLimits call) =>
        memory.IsDoubtful(call) ? Verdict.Missing : await redis!.ReserveAsync(call, null);

    private void Remember(CallLimits call)
    {
        Volatile.Write(ref _isShared, true);
        foreach (var counted in call.Counted)
        {
            memory.Raise(counted.Limit, counted.Key, counted.WindowStart, counted.UsedBefore);
        }
    }

    /// <summary>Of many calls that find a counter missing, one reads it.</summary>
    private async ValueTask<Verdict> ReadAndReserveAsync(CallLimits call, CancellationToken cancellationToken)
    {
        await _reading.WaitAsync(cancellationToken);
        try
        {
            var verdict = memory.Reserve(call);
            for (var reads = 0; verdict == Verdict.Missing && reads < MostReads; reads++)
            {
                await ReadAsync(call);
                verdict = memory.Reserve(call);
            }

            return verdict;
        }
        finally
        {
            _reading.Release();
        }
    }

    /// <inheritdoc cref="ReadAndReserveAsync"/>
    private async ValueTask<Verdict> ReadAndReserveInRedisAsync(CallLimits call, CancellationToken cancellationToken)
    {
        await _reading.WaitAsync(cancellationToken);
        try
        {
            var verdict = await ReserveIfKnownAsync(call);
            return verdict == Verdict.Missing ? await redis!.ReserveAsync(call, await ReadAsync(call)) : verdict;
        }
        finally
        {
            _reading.Release();
        }
    }

    /// <summary>What was used by all that is known; while the database is away, by what this gateway saw last.</summary>
    private async Task<long[]> ReadAsync(CallLimits call)
    {
        var mark = memory.Mark();
        var kept = await ReadStoreAsync(call);
        for (var index = 0; index < kept.Length; index++)
        {
            var counted = call.Counted[index];
            kept[index] = Math.Max(kept[index], memory.Used(counted.Key, counted.WindowStart));
            memory.Raise(counted.Limit, counted.Key, counted.WindowStart, kept[index], mark);
        }

        return kept;
    }

    /// <summary>Zeros while the database is away or does not answer: one call in a while waits for it, and not each in its turn.</summary>
    private async Task<long[]> ReadStoreAsync(CallLimits call)
    {
        if (time.GetUtcNow() >= _storeAwayUntil)
        {
            using var patience = new CancellationTokenSource(StorePatience, time);
            try
            {
                return await totals.ReadAsync(call, patience.Token);
            }
            catch (Exception exception) when (StoreErrors.IsOfStore(exception) || exception is OperationCanceledException)
            {
                _storeAwayUntil = time.GetUtcNow() + StorePause;
            }
        }

        return new long[call.Counted.Length];
    }
}
