using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace LlmGateway.Gateway.Redis;

internal static class RedisRegistration
{
    /// <summary>Adds the process's connection, once, where the configuration names a Redis.</summary>
    /// <returns>Whether it does.</returns>
    /// <exception cref="InvalidOperationException">The address is none.</exception>
    public static bool AddRedis(this IHostApplicationBuilder builder)
    {
        if (RedisAddress.Find(builder.Configuration) is not { } options)
        {
            return false;
        }

        var services = builder.Services;
        if (!services.Any(service => service.ServiceType == typeof(RedisConnection)))
        {
            services.AddSingleton(options);
            services.AddSingleton<RedisBreaker>();
            services.AddSingleton<RedisConnection>();
            services.AddHostedService(provider => provider.GetRequiredService<RedisConnection>());
        }

        return true;
    }
}
