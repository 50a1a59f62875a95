using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace LlmGateway.Service;

/// <summary>What every service needs once, however many of them share the process.</summary>
public static class ServiceRegistration
{
    /// <param name="builder">The process.</param>
    /// <param name="service">The service that the process holds, one of <see cref="ServiceNames"/>.</param>
    public static void AddServiceFoundation(this IHostApplicationBuilder builder, string service)
    {
        builder.Services.AddSingleton(new TokenAudience(service));
        if (builder.Services.Any(known => known.ServiceType == typeof(InternalToken)))
        {
            return;
        }

        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddSection<ServiceOptions>(ServiceOptions.Section, isShared: true);
        builder.Services.AddCallerAuthentication();
        builder.Services.AddOpenAIErrors();

        // OpenAI's naming everywhere, and unreadable bodies as exceptions, which the error handler words.
        builder.Services.ConfigureHttpJsonOptions(json => json.SerializerOptions.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower);
        builder.Services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true);
    }

    /// <summary>Errors, authentication and authorization, in the order they must stand.</summary>
    public static void UseServiceFoundation(this WebApplication app)
    {
        app.UseOpenAIErrors();
        app.UseAuthentication();
        app.UseAuthorization();
    }
}
