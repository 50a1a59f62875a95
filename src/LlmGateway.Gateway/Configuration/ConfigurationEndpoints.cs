using LlmGateway.Service;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace LlmGateway.Gateway.Configuration;

/// <summary>What is configured, to be read; it is changed in the file.</summary>
internal static class ConfigurationEndpoints
{
    public static void MapConfiguration(this IEndpointRouteBuilder endpoints)
    {
        var configuration = endpoints.MapGroup("/v1/configuration").RequireAuthorization(Policies.Admin).WithTags("Configuration");
        configuration.MapGet("", Get)
            .WithName("gateway.configuration.get").WithSummary("The configuration in force: its version, and what became of the last change.");
        configuration.MapGet("/schema", GetSchema)
            .WithName("gateway.configuration.schema").WithSummary("The JSON Schema of the configuration file.");
    }

    private static JsonHttpResult<ConfigurationResource> Get(GatewaySettings settings) =>
        TypedResults.Json(ConfigurationResource.From(settings.State, settings.Warnings), GatewayJsonContext.Default.ConfigurationResource);

    private static ContentHttpResult GetSchema(ConfigurationSchema schema) => TypedResults.Text(schema.ToString(), "application/schema+json");
}

/// <param name="Object">Always <c>configuration</c>.</param>
/// <param name="Version">Of the options in force.</param>
/// <param name="LoadedAt">Since when.</param>
/// <param name="Warnings">What in it has no effect, though it can be; each names its key.</param>
/// <param name="RefusedChange">A later change that did not hold together; null when there was none.</param>
internal sealed record ConfigurationResource(string Object, string Version, DateTimeOffset LoadedAt, IReadOnlyList<string> Warnings, RefusedChange? RefusedChange)
{
    public static ConfigurationResource From(SettingsState state, IReadOnlyList<string> warnings) =>
        new("configuration", state.Version, state.LoadedAt, warnings, state.Refused);
}
