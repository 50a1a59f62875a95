using LlmGateway.Service;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;

namespace LlmGateway.LocalModel;

/// <summary>Injects faults for tests, only where the configuration <c>LocalModel:Faults</c> is true; else the header does nothing.</summary>
internal sealed class FaultFilter(IConfiguration configuration, TimeProvider time) : IEndpointFilter
{
    private readonly bool _enabled = configuration.GetValue("LocalModel:Faults", false);

    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        if (!_enabled || http.Request.Headers[FaultPlan.Header].ToString() is not { Length: > 0 } kind)
        {
            return await next(context);
        }

        if (kind is not ("429" or "500" or "hang" or "cut" or "slow"))
        {
            return ApiErrors.BadRequest($"Unknown fault '{kind}': 429, 500, hang, cut and slow are known.", FaultPlan.Header);
        }

        var plan = new FaultPlan(kind, time);
        http.Features.Set(plan);
        return await plan.BeforeAnswerAsync(http) ?? await next(context);
    }
}
