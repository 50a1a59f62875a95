using Yarp.ReverseProxy.Configuration;

namespace LlmGateway.Gateway.Forwarding;

/// <summary>A service behind the gateway, in a process of its own: its public paths are the service's own.</summary>
/// <param name="Name">Its name in service discovery.</param>
/// <param name="Routes">The paths that are its, with their methods and the policy a caller must meet.</param>
public sealed record ForwardedService(string Name, params IReadOnlyList<ForwardedRoute> Routes)
{
    internal IEnumerable<RouteConfig> RouteConfigs() => Routes.Select(route => new RouteConfig
    {
        RouteId = $"{Name}:{string.Join(',', route.Methods)} {route.Path}",
        ClusterId = Name,
        AuthorizationPolicy = route.Policy,
        Match = new RouteMatch { Path = route.Path, Methods = route.Methods.Count == 0 ? null : route.Methods },
    });

    internal ClusterConfig ClusterConfig() => new()
    {
        ClusterId = Name,
        Destinations = new Dictionary<string, DestinationConfig> { [Name] = new() { Address = $"http://{Name}" } },
    };
}

/// <summary>Paths of a service.</summary>
/// <param name="Path">A route pattern.</param>
/// <param name="Policy">One of <see cref="Service.Policies"/>, or <see cref="Anonymous"/>.</param>
/// <param name="Methods">Empty for all.</param>
public sealed record ForwardedRoute(string Path, string Policy, params IReadOnlyList<string> Methods)
{
    /// <summary>No caller is known, and the service gets what was sent: cookies and the host's name too.</summary>
    public const string Anonymous = "anonymous";
}
