using LlmGateway.Service;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace LlmGateway.Gateway.Health;

/// <summary>Shows which providers, deployments and keys rest, and until when.</summary>
internal static class ProviderHealthEndpoints
{
    public static void MapProviderHealth(this IEndpointRouteBuilder endpoints) =>
        endpoints.MapGet("/v1/providers/health", Get).RequireAuthorization(Policies.Admin)
            .WithName("gateway.providers.health").WithTags("Models")
            .WithSummary("How the providers, their deployments and their keys are, as this gateway sees them.");

    private static JsonHttpResult<ProvidersHealthResource> Get(ProviderHealthReport report, GatewaySettings settings, TimeProvider time) =>
        TypedResults.Json(
            new ProvidersHealthResource("providers.health", time.GetUtcNow().ToUnixTimeSeconds(), report.All(), settings.Warnings),
            HealthJsonContext.Default.ProvidersHealthResource);
}
