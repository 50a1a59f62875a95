using LlmGateway.Gateway.Health;
using LlmGateway.Gateway.Models;

namespace LlmGateway.Gateway.Routes;

/// <summary>What a name stands for: groups of deployments, and where else a call may go. A model's own name is a route of one deployment.</summary>
internal sealed class ModelRoute(string? name, IReadOnlyList<RouteGroup> groups)
{
    /// <summary>The configured name; null where a model is called by its own.</summary>
    public string? Name { get; } = name;

    public IReadOnlyList<RouteGroup> Groups { get; } = groups;

    public IReadOnlyList<string> Fallbacks { get; init; } = [];

    public IReadOnlyList<string> ContextFallbacks { get; init; } = [];

    public IReadOnlyList<string> ContentPolicyFallbacks { get; init; } = [];

    public bool HasFallbacks => Fallbacks.Count + ContextFallbacks.Count + ContentPolicyFallbacks.Count > 0;

    public required RetryOptions Retries { get; init; }

    /// <summary>The deployment that stands first: what the route means to those who ask about models, not for answers.</summary>
    public Deployment First => Groups[0].Candidates[0].Deployment;

    /// <summary>The group that a request gets; null if it meets no group's conditions.</summary>
    public RouteGroup? GroupOf(InferenceCall call)
    {
        // A loop: this stands on the way of every call.
        foreach (var group in Groups)
        {
            if (group.Matches(call))
            {
                return group;
            }
        }

        return null;
    }
}

/// <summary>Deployments that stand in for one another.</summary>
internal sealed class RouteGroup(string name, RoutePolicy policy, RouteCondition[] conditions, RouteCandidate[] candidates)
{
    /// <summary>What it is called, or its place in the list.</summary>
    public string Name { get; } = name;

    public RoutePolicy Policy { get; } = policy;

    public IReadOnlyList<RouteCondition> Conditions { get; } = conditions;

    public RouteCandidate[] Candidates { get; } = candidates;

    public bool Matches(InferenceCall call)
    {
        foreach (var condition in conditions)
        {
            if (!condition.Matches(call))
            {
                return false;
            }
        }

        return true;
    }
}

/// <summary>A deployment in a group.</summary>
internal sealed class RouteCandidate(Deployment deployment, double weight, CallTimeouts timeouts, BreakerOptions breaker)
{
    public Deployment Deployment { get; } = deployment;

    public double Weight { get; } = weight;

    public CallTimeouts Timeouts { get; } = timeouts;

    public BreakerOptions Breaker { get; } = breaker;

    /// <summary>Its state, which outlives the configuration that this was made from; found once.</summary>
    public DeploymentHealth? Health { get; set; }
}
