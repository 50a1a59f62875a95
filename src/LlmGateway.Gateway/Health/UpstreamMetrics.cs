using System.Diagnostics.Metrics;

namespace LlmGateway.Gateway.Health;

/// <summary>What became of attempts, and how deployments are.</summary>
internal sealed class UpstreamMetrics
{
    private const string Deployment = "llmgateway.deployment";
    private const string Reason = "llmgateway.reason";
    private readonly Meter _meter;
    private readonly Counter<long> _retries;
    private readonly Counter<long> _fallbacks;
    private readonly Counter<long> _coolDowns;
    private readonly Counter<long> _keyRests;

    public UpstreamMetrics(IMeterFactory meters)
    {
        _meter = meters.Create(Telemetry.Name);
        _retries = _meter.CreateCounter<long>("llmgateway.upstream.retries", "{attempt}", "Attempts at the same deployment again, by the reason; a rotated key is one.");
        _fallbacks = _meter.CreateCounter<long>("llmgateway.upstream.fallbacks", "{attempt}", "Deployments that were left for another one, by the reason.");
        _coolDowns = _meter.CreateCounter<long>("llmgateway.upstream.cooldowns", "{cooldown}", "Circuits that opened.");
        _keyRests = _meter.CreateCounter<long>("llmgateway.upstream.key_rests", "{rest}", "Keys that were set aside, by the reason (credentials, rate_limited).");
    }

    /// <summary>Tells the states of the deployments that were called.</summary>
    public void Observe(UpstreamHealth health, TimeProvider time)
    {
        _meter.CreateObservableGauge(
            "llmgateway.deployment.circuit", () => health.Deployments.Where(IsWorthTelling).Select(one => Measure((int)one.Circuit.State(time.GetUtcNow()), one)),
            "{state}", "A deployment's circuit: 0 closed, 1 half open, 2 open. Told once it has failed.");
        _meter.CreateObservableGauge(
            "llmgateway.deployment.in_flight", () => health.Deployments.Where(one => one.InFlight > 0).Select(one => Measure(one.InFlight, one)),
            "{call}", "Calls under way at a deployment.");
    }

    public void CountRetry(string deployment, string reason) => Count(_retries, deployment, reason);

    public void CountFallback(string deployment, string reason) => Count(_fallbacks, deployment, reason);

    public void CountCoolDown(string deployment) => _coolDowns.Add(1, new KeyValuePair<string, object?>(Deployment, deployment));

    public void CountKeyRest(string provider, string reason) =>
        _keyRests.Add(1, new KeyValuePair<string, object?>("llmgateway.provider", provider), new KeyValuePair<string, object?>(Reason, reason));

    /// <summary>Callers make names up; a time series for each would be without bound.</summary>
    private static bool IsWorthTelling(DeploymentHealth health) => health.LastFailure is not null;

    private static Measurement<int> Measure(int value, DeploymentHealth health) => new(value, new KeyValuePair<string, object?>(Deployment, health.Name));

    private static void Count(Counter<long> counter, string deployment, string reason) =>
        counter.Add(1, new KeyValuePair<string, object?>(Deployment, deployment), new KeyValuePair<string, object?>(Reason, reason));
}
