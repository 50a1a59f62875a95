using LlmGateway.Gateway.Routes;
using Microsoft.AspNetCore.Http;

namespace LlmGateway.Gateway.Models;

/// <summary>
/// Finds where the model's name leads, and whether this key may call it: its allowed models may hold the caller's name, what an
/// alias stands for, or the prompt that chose it; then every deployment and fallback of the route is open. Where they hold
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
        if (allowed is not null && (allowed.Contains(name) || allowed.Contains(target) || (call.PromptModel is { } prompt && allowed.Contains(prompt))))
        {
            allowed = null;
        }

        call.Routing = planner.Plan(call, route, allowed);
        call.Deployment = call.Routing.Current.Deployment;
        return next(context);
    }
}
