using LlmGateway.Gateway.Health;
using LlmGateway.Gateway.Models;
using LlmGateway.Gateway.Routes;

namespace LlmGateway.Gateway.Providers;

/// <summary>Tells what is configured of providers, how they are, and what their being disabled does to routes.</summary>
internal sealed class ProviderReport(ModelResolver models, ProviderHealthReport health, ProviderSwitches switches)
{
    private const int MaxModels = 100;
    private const int MaxWarnings = 50;

    /// <param name="provider">One of the table's.</param>
    /// <param name="table">The configuration that is told of.</param>
    public ProviderResource Of(Provider provider, ModelTable table)
    {
        var (state, row) = (health.Of(provider), switches.Find(provider.Name));
        var options = table.Options;
        var own = table.ModelsOf(provider);
        var routes = options.Routes.Keys.Order(StringComparer.Ordinal).Select(models.Fallback).OfType<ModelRoute>()
            .Where(route => route.Groups.Any(group => group.Candidates.Any(candidate => candidate.Deployment.Provider.Name == provider.Name))).ToList();
        return new ProviderResource(
            provider.Name, "provider", provider.Kind.ToString().ToLowerInvariant(), WithoutSecrets(provider.BaseUrl), row is null,
            ProviderDisabling.Of(row), state.State, state.InFlight, provider.Keys.Count, table.DefaultProvider?.Name == provider.Name,
            [.. provider.Operations.Select(operation => operation.Path)],
            DryRunTimeouts.Of(CallTimeouts.Of(options.IdleTimeout, options.Providers[provider.Name].Timeouts, options.Timeouts)), provider.MaxConnections,
            own.Count, [.. own.Order(StringComparer.Ordinal).Take(MaxModels)], [.. routes.Select(route => route.Name!)],
            [.. state.Deployments.Select(one => $"{provider.Name}/{one.Model}")], [.. Warnings(provider, table, own, row is null, routes).Take(MaxWarnings)]);
    }

    private IEnumerable<string> Warnings(Provider provider, ModelTable table, IReadOnlySet<string> own, bool isEnabled, IEnumerable<ModelRoute> routes)
    {
        if (own.Count == 0 && table.MustAsk(provider))
        {
            yield return $"it gave no list of its models: they are reached as '{provider.Name}/<model>' only, or configure Models.";
        }

        if (isEnabled)
        {
            yield break;
        }

        if (table.DefaultProvider?.Name == provider.Name)
        {
            yield return $"images/*, audio/*, moderations and realtime go to it: they are refused (503 {ProviderSwitches.Disabled}).";
        }

        foreach (var route in routes.Where(IsCutOff))
        {
            yield return $"the route '{route.Name}' has requests that may go to no enabled provider: they are refused (503 {ProviderSwitches.Disabled}).";
        }
    }

    /// <summary>Whether all that one of its groups, or a fallback, could go to is disabled.</summary>
    private bool IsCutOff(ModelRoute route) => route.Groups.Any(group => !IsServed(group)) && !LeadsOn(route, []);

    private bool LeadsOn(ModelRoute route, HashSet<string> seen) => route.Fallbacks.Any(name =>
        seen.Add(name) && models.Fallback(name) is { } next && (next.Groups.Any(IsServed) || LeadsOn(next, seen)));

    private bool IsServed(RouteGroup group) => group.Candidates.Any(candidate => candidate.Weight > 0 && !switches.IsDisabled(candidate.Deployment.Provider.Name));

    private static string WithoutSecrets(string address)
    {
        var parts = new Uri(address);
        return new UriBuilder(parts.Scheme, parts.Host, parts.Port, parts.AbsolutePath).Uri.ToString().TrimEnd('/');
    }
}
