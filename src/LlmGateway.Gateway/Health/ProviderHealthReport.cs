using LlmGateway.Gateway.Models;
using LlmGateway.Gateway.Providers;
using LlmGateway.Gateway.Routes;

namespace LlmGateway.Gateway.Health;

/// <summary>Tells which providers, deployments and keys rest, and until when.</summary>
internal sealed class ProviderHealthReport(ModelCatalog catalog, UpstreamHealth health, ProviderSwitches switches, TimeProvider time)
{
    public IReadOnlyList<ProviderHealthResource> All()
    {
        var (table, names) = (catalog.Table, Deployments());
        return [.. table.Providers.OrderBy(provider => provider.Name, StringComparer.Ordinal).Select(provider => Describe(provider, table, names[provider.Name]))];
    }

    public ProviderHealthResource Of(Provider provider) => Describe(provider, catalog.Table, Deployments()[provider.Name]);

    /// <summary>Those that a route names or that were called, by their providers.</summary>
    private ILookup<string, string> Deployments()
    {
        var named = catalog.Table.Routes.Values.SelectMany(RouteRules.Models).Where(model => model.Contains('/', StringComparison.Ordinal));
        return health.Deployments.Select(one => one.Name).Concat(named).Distinct(StringComparer.Ordinal)
            .ToLookup(name => name[..name.IndexOf('/', StringComparison.Ordinal)], StringComparer.Ordinal);
    }

    private ProviderHealthResource Describe(Provider provider, ModelTable table, IEnumerable<string> names)
    {
        var (pool, now, row) = (health.KeysOf(provider), time.GetUtcNow(), switches.Find(provider.Name));
        var breaker = table.Options.Providers.GetValueOrDefault(provider.Name)?.Breaker ?? new BreakerOptions();
        KeyHealthResource[] keys = [.. provider.Keys.Select((_, index) => Describe(index, pool.RejectedUntil(index, now)))];
        DeploymentHealthResource[] deployments = [.. names.Order(StringComparer.Ordinal).Select(name => Describe(health.Known(name), provider, breaker, now))];
        return new ProviderHealthResource(
            "provider.health", provider.Name, row is null ? State(keys, deployments) : "disabled", ProviderDisabling.Of(row), deployments.Sum(one => one.InFlight), keys, deployments);
    }

    private static KeyHealthResource Describe(int index, DateTimeOffset? rejectedUntil) =>
        new(index, rejectedUntil is null ? "active" : "rejected", rejectedUntil?.ToUnixTimeSeconds());

    private static DeploymentHealthResource Describe(DeploymentHealth health, Provider provider, BreakerOptions breaker, DateTimeOffset now)
    {
        var state = health.Circuit.State(now);
        var (attempts, failures) = health.Circuit.Counts(breaker, now);
        return new DeploymentHealthResource(
            health.Name[(provider.Name.Length + 1)..], Name(state), state == CircuitState.Open ? health.Circuit.OpenUntil?.ToUnixTimeSeconds() : null,
            attempts, failures, health.LastFailure, health.InFlight,
            [.. Enumerable.Range(0, Math.Max(1, provider.Keys.Count)).Where(index => health.KeyLimitedUntil(index) > now.UtcTicks)]);
    }

    private static string State(KeyHealthResource[] keys, DeploymentHealthResource[] deployments)
    {
        var resting = keys.Count(key => key.RestingUntil is not null);
        var open = deployments.Count(one => one.Circuit == Name(CircuitState.Open));
        return (resting > 0 && resting == keys.Length) || (open > 0 && open == deployments.Length) ? "down"
            : resting + open > 0 ? "degraded"
            : "healthy";
    }

    private static string Name(CircuitState state) => state switch
    {
        CircuitState.Open => "open",
        CircuitState.HalfOpen => "half_open",
        _ => "closed",
    };
}
