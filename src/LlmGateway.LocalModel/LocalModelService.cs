using LlmGateway.Service;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace LlmGateway.LocalModel;

/// <summary>
/// An OpenAI-compatible provider in our own process, so that everything works with no provider's key.
/// A development stand-in, not a language model. Models: <c>chat</c>, <c>embedding</c>, and those that its fine-tuning trains.
/// </summary>
public static class LocalModelService
{
    /// <summary>Where the provider's endpoints stand; a client's base address.</summary>
    public const string BasePath = "/internal/local-model/v1";

    /// <summary>Registers what the endpoints need.</summary>
    public static IHostApplicationBuilder AddLocalModel(this IHostApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.AddServiceFoundation(ServiceNames.LocalModel);
        builder.Services.AddSingleton<LocalFolder>();
        builder.Services.AddSingleton<TrainingFiles>();
        builder.Services.AddSingleton<JobFolder>();
        builder.Services.AddSingleton<LocalJobs>();
        builder.Services.AddSingleton<LearnedModels>();
        builder.Services.AddHostedService<LocalTrainer>();
        return builder;
    }

    /// <summary>Maps the provider's endpoints, all behind <see cref="Policies.Internal"/>.</summary>
    public static IEndpointRouteBuilder MapLocalModel(this IEndpointRouteBuilder endpoints)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        var group = endpoints.MapGroup(BasePath).RequireAuthorization(Policies.Internal).AddEndpointFilter<RouteGroupBuilder, FaultFilter>();
        group.MapGet("models", ModelsEndpoint.Handle);
        Post(group, "chat/completions", ChatEndpoint.HandleAsync);
        Post(group, "completions", CompletionEndpoint.HandleAsync);
        Post(group, "responses", ResponsesEndpoint.HandleAsync);
        Post(group, "embeddings", (context, _, _) => EmbeddingsEndpoint.HandleAsync(context));
        var training = group.MapGroup("").AddEndpointFilter(RefuseAsync);
        training.MapFiles();
        training.MapFineTuning();
        return endpoints;
    }

    private static void Post(RouteGroupBuilder group, string path, Func<HttpContext, TimeProvider, LearnedModels, Task<IResult>> handle) =>
        group.MapPost(path, (HttpContext context, TimeProvider time, LearnedModels models) => handle(context, time, models)).AddEndpointFilter(RefuseAsync);

    private static async ValueTask<object?> RefuseAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        try
        {
            return await next(context);
        }
        catch (ApiException exception)
        {
            return exception.Error;
        }
    }
}
