using LlmGateway.Gateway.Health;
using LlmGateway.Gateway.Routes;

namespace LlmGateway.Gateway.Forwarding;

/// <summary>One call's attempts: after each that failed, whether and after how long there is another one, and where.</summary>
internal sealed class CallAttempts(InferenceCall call, CallRouting routing, RoutePlanner planner, UpstreamHealth health, UpstreamMetrics metrics, TimeProvider time)
{
    /// <summary>However many keys, retries and fallbacks are configured.</summary>
    public const int MaxAttempts = 16;

    /// <summary>How long a key rests that a provider limited without saying for how long.</summary>
    private static readonly TimeSpan LimitedRest = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan MaxLimitedRest = TimeSpan.FromMinutes(10);
    private readonly TimeSpan _began = call.Elapsed;
    private RouteCandidate _candidate = routing.Current;
    private int _retries;
    private ulong _triedKeys;
    private bool _isUnderWay;

    /// <summary>The key of the attempt under way.</summary>
    public int Key { get; private set; }

    /// <summary>What is left of the time for the whole call.</summary>
    public TimeSpan Left => _began + routing.Current.Timeouts.Total - call.Elapsed;

    /// <summary>Begins the next attempt, and chooses its key.</summary>
    public void Begin()
    {
        _isUnderWay = true;
        health.Of(_candidate).Begin(time.GetUtcNow());
        var next = health.KeysOf(_candidate.Deployment.Provider).Next(health.Of(_candidate), _triedKeys, time.GetUtcNow(), evenResting: true);
        Key = Math.Max(0, next);
    }

    /// <summary>Notes a failure, and decides.</summary>
    /// <returns>Null when the caller is to be told.</returns>
    public NextAttempt? After(UpstreamFailure failure)
    {
        NoteKey(failure);
        End(failure.IsDeploymentsFault ? AttemptVerdict.Failure : AttemptVerdict.Neutral, failure.Reason);
        if (call.Attempts.Count >= MaxAttempts || Left <= TimeSpan.Zero)
        {
            return null;
        }

        return planner.IsDisabled(_candidate) ? TryElsewhere(failure) : TryOtherKey(failure) ?? TryAgain(failure) ?? TryElsewhere(failure);
    }

    /// <summary>Counts how the attempt ended; the first end counts.</summary>
    public void End(AttemptVerdict verdict, string? failure)
    {
        if (!_isUnderWay)
        {
            return;
        }

        _isUnderWay = false;
        health.End(_candidate, verdict, failure);
        if (verdict == AttemptVerdict.Success)
        {
            health.KeysOf(_candidate.Deployment.Provider).Accept(Key);
        }
    }

    private void NoteKey(UpstreamFailure failure)
    {
        var now = time.GetUtcNow();
        var provider = _candidate.Deployment.Provider;
        if (failure.Kind == FailureKind.Credentials)
        {
            health.KeysOf(provider).Reject(Key, now);
            metrics.CountKeyRest(provider.Name, failure.Reason);
        }
        else if (failure.Kind == FailureKind.RateLimited)
        {
            var rest = failure.RetryAfter ?? LimitedRest;
            health.Of(_candidate).LimitKey(Key, now + (rest < MaxLimitedRest ? rest : MaxLimitedRest));
            metrics.CountKeyRest(provider.Name, failure.Reason);
        }
    }

    /// <summary>A refused or limited key says nothing of the others, and nobody needs to wait for them.</summary>
    private NextAttempt? TryOtherKey(UpstreamFailure failure)
    {
        if (failure.Kind is not (FailureKind.Credentials or FailureKind.RateLimited))
        {
            return null;
        }

        _triedKeys |= 1UL << Key;
        var other = health.KeysOf(_candidate.Deployment.Provider).Next(health.Of(_candidate), _triedKeys, time.GetUtcNow(), evenResting: false);
        return other < 0 ? null : Again(failure, TimeSpan.Zero);
    }

    private NextAttempt? TryAgain(UpstreamFailure failure)
    {
        var isRetried = failure.Kind is FailureKind.RateLimited or FailureKind.ServerError or FailureKind.Unavailable or FailureKind.Timeout or FailureKind.InvalidResponse;
        if (!isRetried || _retries >= routing.Route.Retries.MaxRetries || routing.IsLastResort || !health.Of(_candidate).Circuit.LetsThrough(time.GetUtcNow()))
        {
            return null;
        }

        var wait = Backoff.Wait(routing.Route.Retries, _retries, failure.RetryAfter, Random.Shared);
        if (wait is not { } delay || delay >= Left)
        {
            return null;
        }

        _retries++;
        _triedKeys = 0;
        return Again(failure, delay);
    }

    private NextAttempt? TryElsewhere(UpstreamFailure failure)
    {
        var left = _candidate.Deployment.Name;
        if (!planner.MoveOn(call, routing, failure.Kind))
        {
            return null;
        }

        metrics.CountFallback(left, failure.Reason);
        (_candidate, _retries, _triedKeys) = (routing.Current, 0, 0);
        return Left <= TimeSpan.Zero ? null : new NextAttempt(TimeSpan.Zero, failure.Reason);
    }

    private NextAttempt Again(UpstreamFailure failure, TimeSpan delay)
    {
        metrics.CountRetry(_candidate.Deployment.Name, failure.Reason);
        return new NextAttempt(delay, failure.Reason);
    }
}

/// <summary>That there is another attempt.</summary>
/// <param name="Delay">How long is waited for it.</param>
/// <param name="Reason">Why the last one failed, in one word.</param>
internal sealed record NextAttempt(TimeSpan Delay, string Reason);
