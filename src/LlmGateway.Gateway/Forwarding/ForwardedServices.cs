using LlmGateway.Service;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Yarp.ReverseProxy.ServiceDiscovery;

namespace LlmGateway.Gateway.Forwarding;

/// <summary>
/// Forwards the services' resources to their own processes. A host whose process holds the services itself does not call
/// these: their paths are mapped there already.
/// </summary>
public static class ForwardedServices
{
    /// <summary>What Datasets owns: the log, stored completions and responses, usage, the ledger, files, feedback, datasets, annotation queues.</summary>
    public static readonly ForwardedService Datasets = new(
        ServiceNames.Datasets,
        new ForwardedRoute("/v1/chat/completions", Policies.Data, HttpMethods.Get),
        new ForwardedRoute("/v1/chat/completions/{id}/{**rest}", Policies.Data),
        new ForwardedRoute("/v1/responses/{id}/{**rest}", Policies.Data),
        new ForwardedRoute("/v1/inferences/{**rest}", Policies.Data),
        new ForwardedRoute("/v1/usage/{**rest}", Policies.Data),
        new ForwardedRoute("/v1/ledger/{**rest}", Policies.Data),
        new ForwardedRoute("/v1/files/{**rest}", Policies.Data),
        new ForwardedRoute("/v1/feedback/{**rest}", Policies.Data),
        new ForwardedRoute("/v1/datasets/{**rest}", Policies.Data),
        new ForwardedRoute("/v1/annotation_queues/{**rest}", Policies.Data));

    /// <summary>
    /// What Evaluation owns: evals, their runs and comparisons, what changes were worth, what to try next, what experiments found, and
    /// the trial of graders, which OpenAI has among fine-tuning's paths.
    /// </summary>
    public static readonly ForwardedService Evaluation = new(
        ServiceNames.Evaluation,
        new ForwardedRoute("/v1/evals/{**rest}", Policies.Data),
        new ForwardedRoute("/v1/attributions/{**rest}", Policies.Data),
        new ForwardedRoute("/v1/insights/{**rest}", Policies.Data),
        new ForwardedRoute("/v1/experiments/{id}/results", Policies.Data, HttpMethods.Get),
        new ForwardedRoute("/v1/fine_tuning/alpha/graders/{**rest}", Policies.Data));

    /// <summary>What FineTuning owns: jobs, and improvements of routes by them.</summary>
    public static readonly ForwardedService FineTuning = new(
        ServiceNames.FineTuning,
        new ForwardedRoute("/v1/fine_tuning/jobs/{**rest}", Policies.Data),
        new ForwardedRoute("/v1/improvements/{**rest}", Policies.Data));

    /// <summary>What Retrieval owns: vector stores and how they are searched.</summary>
    public static readonly ForwardedService Retrieval = new(
        ServiceNames.Retrieval,
        new ForwardedRoute("/v1/vector_stores/{**rest}", Policies.Data),
        new ForwardedRoute("/v1/retrieval/{**rest}", Policies.Data));

    /// <summary>The console's pages. Anybody may come to them: they ask for a key themselves.</summary>
    public static readonly ForwardedService Console = new(ServiceNames.Console, new ForwardedRoute("/console/{**rest}", ForwardedRoute.Anonymous));

    public static void AddForwardedServices(this IHostApplicationBuilder builder, params ForwardedService[] services)
    {
        builder.Services.AddSingleton<IDestinationResolver, DiscoveredDestinations>();
        builder.Services.AddReverseProxy()
            .LoadFromMemory(
                [.. services.SelectMany(service => service.RouteConfigs())],
                [.. services.Select(service => service.ClusterConfig())])
            .AddTransforms<CallerTransforms>();
    }

    public static void MapForwardedServices(this WebApplication app) => app.MapReverseProxy(proxy =>
    {
        proxy.Use(ExplainAsync);
        proxy.UseLoadBalancing();
    });

    /// <summary>Says that a service is away as the service itself says that its store is.</summary>
    private static async Task ExplainAsync(HttpContext context, Func<Task> next)
    {
        await next();
        if (context.GetForwarderErrorFeature() is not null && !context.Response.HasStarted && !context.RequestAborted.IsCancellationRequested)
        {
            await new ApiError(StatusCodes.Status503ServiceUnavailable, "service_unavailable", "The service behind this resource is away. Please try again.")
            {
                RetryAfterSeconds = 2,
            }.ExecuteAsync(context);
        }
    }
}
