using LlmGateway.Contracts.Gateway;
using LlmGateway.Gateway.Models;
using LlmGateway.Gateway.Recording;
using LlmGateway.Gateway.Requests;
using LlmGateway.Service;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace LlmGateway.Gateway.Routes;

/// <summary>
/// Where a request would go: it is read and routed as any other, and then told instead of sent. No provider is called, and nothing is
/// counted or recorded.
/// </summary>
internal static class DryRunEndpoint
{
    public static void MapDryRuns(this IEndpointRouteBuilder endpoints)
    {
        foreach (var operation in Operation.All)
        {
            var pipeline = endpoints.CreateApplicationBuilder();
            pipeline.Use((context, next) => BeginAsync(operation, context, next));
            pipeline.UseMiddleware<ReadStage>();
            pipeline.UseMiddleware<ResolveStage>();
            pipeline.Run(TellAsync);
            endpoints.MapPost($"/v1/dry_run/{operation.Path}", pipeline.Build())
                .RequireAuthorization(Policies.Inference)
                .WithName($"gateway.dry_run.{operation.Name}").WithTags("Models")
                .WithSummary($"Where a request of {operation.Path} would go, and why.");
        }
    }

    private static async Task BeginAsync(Operation operation, HttpContext context, RequestDelegate next)
    {
        using var call = new InferenceCall(operation, context.Caller(), context.RequestServices.GetRequiredService<TimeProvider>(), context.RequestAborted);
        context.Features.Set(call);
        await next(context);
    }

    private static Task TellAsync(HttpContext context)
    {
        var routing = InferenceCall.Of(context).Routing!;
        var timeouts = routing.Current.Timeouts;
        var resource = new DryRunResource(
            "dry_run",
            CallExplanation.Describe(routing),
            [.. routing.Order.ToArray().Select(candidate => candidate.Deployment.Name)],
            [.. routing.Route.Fallbacks],
            DryRunTimeouts.Of(timeouts),
            routing.Route.Retries.MaxRetries,
            context.RequestServices.GetRequiredService<GatewaySettings>().State.Version);
        return TypedResults.Json(resource, GatewayJsonContext.Default.DryRunResource).ExecuteAsync(context);
    }
}

/// <param name="Object">Always <c>dry_run</c>.</param>
/// <param name="Routing">What would be asked first, and why.</param>
/// <param name="Candidates">The group's deployments in the order in which they would be tried.</param>
/// <param name="Fallbacks">Names that follow when all of them fail.</param>
/// <param name="TimeoutsMs">The timers of the first attempt.</param>
/// <param name="MaxRetries">At one deployment.</param>
/// <param name="ConfigurationVersion">The configuration in force.</param>
internal sealed record DryRunResource(
    string Object,
    InferenceRouting Routing,
    IReadOnlyList<string> Candidates,
    IReadOnlyList<string> Fallbacks,
    DryRunTimeouts TimeoutsMs,
    int MaxRetries,
    string ConfigurationVersion);

/// <summary>In milliseconds.</summary>
internal sealed record DryRunTimeouts(long Connect, long FirstByte, long Idle, long Total)
{
    public static DryRunTimeouts Of(CallTimeouts timeouts) =>
        new(Milliseconds(timeouts.Connect), Milliseconds(timeouts.FirstByte), Milliseconds(timeouts.Idle), Milliseconds(timeouts.Total));

    private static long Milliseconds(TimeSpan time) => (long)time.TotalMilliseconds;
}
