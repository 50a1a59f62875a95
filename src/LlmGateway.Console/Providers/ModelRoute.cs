using System.Globalization;

namespace LlmGateway.Console.Providers;

/// <summary>A route of <c>/v1/routes</c>.</summary>
public sealed record ModelRoute(
    string Id, string Source, bool InForce, IReadOnlyList<string>? Warnings, string? Model, IReadOnlyList<ModelRouteGroup>? Groups,
    IReadOnlyList<string>? Fallbacks, IReadOnlyList<string>? ContextFallbacks, IReadOnlyList<string>? ContentPolicyFallbacks)
{
    /// <summary>Its groups; a route of one model is a group of one.</summary>
    public IEnumerable<ModelRouteGroup> All => (Groups ?? []).Concat(string.IsNullOrEmpty(Model) ? [] : [new ModelRouteGroup(null, null, null, [new RouteDeployment(Model, null)])]);
}

public sealed record ModelRouteGroup(string? Name, string? Policy, IReadOnlyList<System.Text.Json.JsonElement>? When, IReadOnlyList<RouteDeployment>? Deployments)
{
    /// <summary>Deployments with their shares.</summary>
    public IEnumerable<string> Describe()
    {
        var deployments = Deployments ?? [];
        var sum = deployments.Sum(one => one.Weight ?? 1);
        return deployments.Select(one => deployments.Count == 1 || sum <= 0 ? one.Model : string.Create(CultureInfo.InvariantCulture, $"{one.Model} {(one.Weight ?? 1) / sum:0 %}"));
    }
}

public sealed record RouteDeployment(string Model, double? Weight);

/// <summary>A name that stands for a model.</summary>
public sealed record ModelAlias(string Id, string Model, long Version, long UpdatedAt);
