using LlmGateway.Gateway.Redis;
using LlmGateway.Service;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using StackExchange.Redis;

namespace LlmGateway.Gateway.Caching;

internal static class CacheRegistration
{
    /// <summary>Adds the response cache: in memory, and behind it in Redis where the configuration names one.</summary>
    /// <exception cref="InvalidOperationException">Redis is asked for by name without an address, or the address is none.</exception>
    public static void AddResponseCache(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddSingleton<CacheMetrics>();
        services.AddSingleton<ResponseCache>();
        services.AddSingleton<AnswerReplay>();
        var redis = FindRedis(builder.Configuration);
        services.AddSeam("cache", redis is null ? "in memory" : RedisAddress.Describe(redis));
        if (redis is not null)
        {
            builder.AddRedis();
            services.AddSingleton<SharedAnswers>();
            services.AddHostedService(provider => provider.GetRequiredService<SharedAnswers>());
        }
    }

    internal static ConfigurationOptions? FindRedis(IConfiguration configuration)
    {
        const string key = $"{GatewayOptions.Section}:{nameof(GatewayOptions.Cache)}:{nameof(ResponseCacheOptions.Store)}";
        return configuration.GetValue<CacheStore?>(key) switch
        {
            CacheStore.Memory => null,
            CacheStore.Redis => RedisAddress.Find(configuration) ?? throw new InvalidOperationException(
                $"{key} is Redis but {RedisAddress.Key} is not set. Set it to {RedisAddress.Expected}."),
            _ => RedisAddress.Find(configuration),
        };
    }
}
