using Microsoft.AspNetCore.Http;

namespace LlmGateway.Gateway.Limits;

/// <summary>Lets a call through where its limits have room; before anything is looked up or cached for it, so that it costs one round trip.</summary>
internal sealed class AdmitStage(RequestDelegate next, Limiter limiter)
{
    public Task InvokeAsync(HttpContext context)
    {
        var admission = limiter.AdmitAsync(InferenceCall.Of(context), context.Response, context.RequestAborted);
        return admission.IsCompletedSuccessfully ? next(context) : WaitAsync(context, admission);
    }

    private async Task WaitAsync(HttpContext context, ValueTask admission)
    {
        await admission;
        await next(context);
    }
}
