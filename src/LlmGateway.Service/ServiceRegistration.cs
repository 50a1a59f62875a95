using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace LlmGateway.Service;

/// <summary>What every service needs once, however many of them share the process.</summary>
public static class ServiceRegistration
{
    public static void AddServiceFoundation(this IHostApplicationBuilder builder)
    {
        if (builder.Services.Any(service => service.ServiceType == typeof(InternalToken)))
        {
            return;
        }

        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddOptions<ServiceOptions>().BindConfiguration(ServiceOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddCallerAuthentication();
        builder.Services.AddOpenAIErrors();
        builder.Services.AddTransient<InternalTokenHandler>();
    }

    /// <summary>Errors, authentication and authorization, in the order they must stand.</summary>
    public static void UseServiceFoundation(this WebApplication app)
    {
        app.UseOpenAIErrors();
        app.UseAuthentication();
        app.UseAuthorization();
    }
}
