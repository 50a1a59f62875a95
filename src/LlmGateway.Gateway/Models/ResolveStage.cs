using LlmGateway.Gateway.Routes;
using LlmGateway.Service;
using Microsoft.AspNetCore.Http;

namespace LlmGateway.Gateway.Models;

/// <summary>
/// Finds where the model's name leads, and whether this key may call it: its allowed models may hold the caller's name, what an
/// alias stands for, the prompt that chose it, or the name for which an experiment chose it; then every deployment and fallback of the route is open. Where they hold
/// deployments only, the others of the route are closed.
/// </summary>
internal sealed class ResolveStage(RequestDelegate next, ModelResolver models, RoutePlanner planner)
{
    public Task InvokeAsync(HttpContext context)
    {
        var call = InferenceCall.Of(context);
        var name = call.Scan.Model;
        var (target, route) = models.Resolve(call.Caller.ProjectId, name);
        var allowed = call.Caller.AllowedModels;
        if (allowed is not null && (allowed.Contains(name) || allowed.Contains(target) || (call.PromptModel is { } prompt && allowed.Contains(prompt)) || IsOpenedByRoute(call, allowed)))
        {
            allowed = null;
        }

        call.Routing = planner.Plan(call, route, allowed);
        call.Deployment = call.Routing.Current.Deployment;
        return next(context);
    }

    /// <summary>An experiment chose the model, for a name that the key may call.</summary>
    private bool IsOpenedByRoute(InferenceCall call, IReadOnlySet<string> allowed)
    {
        if (call.RouteModel is not { } route || allowed.Contains(route))
        {
            return call.RouteModel is not null;
        }

        try
        {
            return models.Resolve(call.Caller.ProjectId, route) is var named && (allowed.Contains(named.Target) || allowed.Contains(named.Deployment.Name));
        }
        catch (ApiException)
        {
            // The name led somewhere when the experiment was made, and does not any more.
            return false;
        }
    }
}
