using System.Collections.Concurrent;
using LlmGateway.Gateway.Models;
using LlmGateway.Gateway.Routes;
using Microsoft.Extensions.Logging;

namespace LlmGateway.Gateway.Health;

/// <summary>The states of all deployments and keys, as this gateway sees them. They outlive a reload of the configuration.</summary>
internal sealed partial class UpstreamHealth
{
    /// <summary>Names that callers made up must not fill the memory; what is beyond is not watched.</summary>
    private const int MaxDeployments = 4096;

    private readonly ConcurrentDictionary<string, DeploymentHealth> _deployments = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, KeyPool> _keys = new(StringComparer.Ordinal);
    private readonly TimeProvider _time;
    private readonly UpstreamMetrics _metrics;
    private readonly ILogger<UpstreamHealth> _logger;

    public UpstreamHealth(TimeProvider time, UpstreamMetrics metrics, ILogger<UpstreamHealth> logger)
    {
        (_time, _metrics, _logger) = (time, metrics, logger);
        metrics.Observe(this, time);
    }

    /// <summary>Those that were called since the start.</summary>
    public IEnumerable<DeploymentHealth> Deployments => _deployments.Values;

    public DeploymentHealth Of(RouteCandidate candidate) => candidate.Health ??= Find(candidate.Deployment.Name);

    /// <summary>What is known of a deployment by its name; nothing, for one that was not called.</summary>
    public DeploymentHealth Known(string name) => _deployments.GetValueOrDefault(name) ?? new DeploymentHealth(name);

    public KeyPool KeysOf(Provider provider)
    {
        if (_keys.TryGetValue(provider.Name, out var pool) && pool.Has(provider.Keys))
        {
            return pool;
        }

        return _keys[provider.Name] = new KeyPool(provider.Keys);
    }

    /// <summary>Why a deployment should not be called now, in one word; null if nothing is against it.</summary>
    public string? Hindrance(RouteCandidate candidate, DateTimeOffset now)
    {
        var health = Of(candidate);
        return !health.Circuit.LetsThrough(now) ? "circuit_open"
            : KeysOf(candidate.Deployment.Provider).FirstFree(health) > now.UtcTicks ? "keys_resting"
            : null;
    }

    /// <summary>When nothing will be against it any more, in ticks of UTC.</summary>
    public long RecoversAt(RouteCandidate candidate)
    {
        var health = Of(candidate);
        return Math.Max(health.Circuit.OpenUntil?.UtcTicks ?? 0, KeysOf(candidate.Deployment.Provider).FirstFree(health));
    }

    /// <summary>Counts how an attempt ended.</summary>
    public void End(RouteCandidate candidate, AttemptVerdict verdict, string? failure)
    {
        var health = Of(candidate);
        if (health.End(verdict, failure, candidate.Breaker, _time.GetUtcNow()))
        {
            _metrics.CountCoolDown(health.Name);
            LogOpened(health.Name, failure, candidate.Breaker.CoolDown);
        }
    }

    private DeploymentHealth Find(string name) => _deployments.TryGetValue(name, out var known) ? known
        : _deployments.Count >= MaxDeployments ? new DeploymentHealth(name)
        : _deployments.GetOrAdd(name, static name => new DeploymentHealth(name));

    [LoggerMessage(1250, LogLevel.Warning, "The circuit of {Deployment} is open after too many failures, the last one {Failure}; it rests for {CoolDown}")]
    private partial void LogOpened(string deployment, string? failure, TimeSpan coolDown);
}
