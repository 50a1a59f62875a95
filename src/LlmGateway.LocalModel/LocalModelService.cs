using LlmGateway.Service;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace LlmGateway.LocalModel;

/// <summary>
/// An OpenAI-compatible provider in our own process, so that everything works with no provider's key.
/// A development stand-in, not a language model. Models: <c>chat</c> and <c>embedding</c>.
/// </summary>
public static class LocalModelService
{
    /// <summary>Where the provider's endpoints stand; a client's base address.</summary>
    public const string BasePath = "/internal/local-model/v1";

    /// <summary>Registers what the endpoints need.</summary>
    public static IHostApplicationBuilder AddLocalModel(this IHostApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.TryAddSingleton(TimeProvider.System);
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
        Post(group, "embeddings", (context, _) => EmbeddingsEndpoint.HandleAsync(context));
        return endpoints;
    }

    private static void Post(RouteGroupBuilder group, string path, Func<HttpContext, TimeProvider, Task<IResult>> handle) =>
        group.MapPost(path, async (HttpContext context, TimeProvider time) =>
        {
            try
            {
                return await handle(context, time);
            }
            catch (ApiException exception)
            {
                return exception.Error;
            }
        });
}
