using LlmGateway.Gateway.Models;

namespace LlmGateway.Gateway.Routes;

/// <summary>
/// Where a call may come to be answered: what must hold of a model holds of every call that may reach it, before it is known whether
/// it does.
/// </summary>
internal sealed class RouteReach(ModelResolver models)
{
    /// <summary>The caller's name for the model, and the routes and deployments that the call may get to, fallbacks of any kind included.</summary>
    /// <param name="call">A call whose deployment is found.</param>
    public HashSet<string> Of(InferenceCall call)
    {
        var names = Named(call);
        if (call.Routing is not { } routing)
        {
            return names;
        }

        var entered = new HashSet<ModelRoute>();
        var left = new Stack<ModelRoute>([routing.Origin]);
        while (left.TryPop(out var route))
        {
            if (!entered.Add(route))
            {
                continue;
            }

            // Which group of a fallback the call gets is found when it goes there: its request may be another one by then.
            Add(names, route.Name, route == routing.Route ? [routing.Group] : route.Groups);
            foreach (var name in (IEnumerable<string>)[.. route.Fallbacks, .. route.ContextFallbacks, .. route.ContentPolicyFallbacks])
            {
                if (models.Fallback(name) is { } fallback)
                {
                    left.Push(fallback);
                }
            }
        }

        return names;
    }

    /// <summary>The same of where it was answered.</summary>
    public static HashSet<string> OfAnswer(InferenceCall call)
    {
        var names = Named(call);
        if (call.Routing?.Route.Name is { } route)
        {
            names.Add(route);
        }

        return names;
    }

    private static HashSet<string> Named(InferenceCall call)
    {
        var names = new HashSet<string>(StringComparer.Ordinal) { call.Scan.Model, call.Deployment!.Name };
        if (call.RouteModel is { } route)
        {
            names.Add(route);
        }

        return names;
    }

    private static void Add(HashSet<string> names, string? route, IReadOnlyList<RouteGroup> groups)
    {
        if (route is not null)
        {
            names.Add(route);
        }

        foreach (var group in groups)
        {
            names.UnionWith(group.Candidates.Select(candidate => candidate.Deployment.Name));
        }
    }
}
