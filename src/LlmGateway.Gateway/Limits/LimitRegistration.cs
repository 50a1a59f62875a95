using LlmGateway.Gateway.Limits.Counters;
using LlmGateway.Gateway.Limits.Rules;
using LlmGateway.Gateway.Limits.Usage;
using LlmGateway.Gateway.Redis;
using LlmGateway.Gateway.Settings;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace LlmGateway.Gateway.Limits;

internal static class LimitRegistration
{
    /// <summary>Adds limits: in Redis where there is one, and in this process.</summary>
    public static void AddLimits(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddSettingsDirectory<LimitDirectory>();
        services.AddScoped<LimitRules>();
        services.AddScoped<UsageReport>();
        services.AddSingleton<LimitMetrics>();
        services.AddSingleton<UsageTotals>();
        services.AddSingleton<Limiter>();

        // Before the queue, so that it stops after it and writes what that leaves.
        services.AddHostedService<UsageFlush>();
        if (builder.AddRedis())
        {
            services.AddSingleton(DistrustfulMemory);
            services.AddSingleton<RedisCounters>();
            services.AddSingleton<SettleQueue>();
            services.AddHostedService(provider => provider.GetRequiredService<SettleQueue>());
            services.AddHostedService<LeaseRenewal>();
        }
        else
        {
            services.AddSingleton<MemoryCounters>();
        }
    }

    private static MemoryCounters DistrustfulMemory(IServiceProvider provider)
    {
        var memory = new MemoryCounters();
        var time = provider.GetRequiredService<TimeProvider>();
        provider.GetRequiredService<RedisConnection>().Interrupted += () => memory.Interrupt(time.GetUtcNow().ToUnixTimeSeconds());
        return memory;
    }
}
