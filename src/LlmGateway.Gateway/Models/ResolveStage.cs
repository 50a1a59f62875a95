using LlmGateway.Service;
using Microsoft.AspNetCore.Http;

namespace LlmGateway.Gateway.Models;

/// <summary>
/// Finds the deployment that the model's name means, and whether this key may call it: its allowed models may hold the
/// caller's name, what an alias stands for, the deployment, or the prompt that chose it.
/// </summary>
internal sealed class ResolveStage(RequestDelegate next, ModelResolver models)
{
    public Task InvokeAsync(HttpContext context)
    {
        var call = InferenceCall.Of(context);
        var name = call.Scan.Model;
        var (target, deployment) = models.Resolve(call.Caller.ProjectId, name);
        if (call.Caller.AllowedModels is { } allowed && !allowed.Contains(name) && !allowed.Contains(target) && !allowed.Contains(deployment.Name)
            && !(call.PromptModel is { } prompt && allowed.Contains(prompt)))
        {
            throw new ApiException(new ApiError(
                StatusCodes.Status403Forbidden, "model_not_allowed", $"This API key may not call '{call.PromptModel ?? name}'.", "model"));
        }

        call.Deployment = deployment;
        return next(context);
    }
}
