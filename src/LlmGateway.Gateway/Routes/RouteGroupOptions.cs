using System.ComponentModel.DataAnnotations;

namespace LlmGateway.Gateway.Routes;

/// <summary>Deployments that stand in for one another. The first group whose conditions a request meets gets it.</summary>
public sealed class RouteGroupOptions
{
    /// <summary>What it is called in explanations; its place in the list where none is given.</summary>
    public string? Name { get; set; }

    /// <summary>In which order its deployments are tried.</summary>
    public RoutePolicy Policy { get; set; } = RoutePolicy.Weighted;

    /// <summary>What is true of a request that the group is for, all of it; every request where nothing is given.</summary>
    public List<RouteConditionOptions> When { get; init; } = [];

    public List<RouteDeploymentOptions> Deployments { get; init; } = [];
}

/// <summary>How one of a group's deployments is chosen. The others follow if it fails.</summary>
public enum RoutePolicy
{
    /// <summary>At random, by weight.</summary>
    Weighted,

    /// <summary>In the order given.</summary>
    Priority,

    /// <summary>The one with the fewest calls under way for its weight, as this gateway counts them.</summary>
    LeastRequests,
}

/// <summary>One deployment of a group.</summary>
public sealed class RouteDeploymentOptions
{
    /// <summary>As <c>provider/model</c>.</summary>
    public string Model { get; set; } = "";

    /// <summary>Its share; 0 takes it out of service. The default is 1.</summary>
    [Range(0, 1_000_000)]
    public double Weight { get; set; } = 1;

    /// <summary>Timers that hold for it on this route.</summary>
    public TimeoutOptions? Timeouts { get; set; }
}
