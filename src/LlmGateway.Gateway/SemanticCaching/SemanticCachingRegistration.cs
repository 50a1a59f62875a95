using LlmGateway.Gateway.SemanticCaching.Caches;
using LlmGateway.Gateway.SemanticCaching.Entries;
using LlmGateway.Gateway.SemanticCaching.Precision;
using LlmGateway.Gateway.Settings;
using LlmGateway.Gateway.Storage;
using LlmGateway.Service;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace LlmGateway.Gateway.SemanticCaching;

internal static class SemanticCachingRegistration
{
    /// <summary>Adds semantic caches: vectors are searched by pgvector where the gateway's database is PostgreSQL, else in memory.</summary>
    public static void AddSemanticCaching(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddSettingsDirectory<SemanticCacheDirectory>();
        services.AddSingleton<SemanticCacheProbe>();
        services.AddSingleton<SemanticMetrics>();
        services.AddSingleton<SemanticEmbeddings>();
        services.AddSingleton<SemanticLookup>();
        services.AddSingleton<SemanticMemory>();
        services.AddSingleton<SemanticStore>();
        services.AddSingleton<MemoryEntries>();
        services.AddSingleton<SemanticPartitions>();
        if (StoreConnection.Read(builder.Configuration, GatewayStorage.ConnectionName).IsPostgres)
        {
            services.AddSingleton<StoredEntries, PgvectorEntries>();
        }
        else
        {
            services.AddSingleton<StoredEntries, ScannedEntries>();
        }

        services.AddSingleton<JudgeCalls>();
        services.AddSingleton<PairJudge>();
        services.AddScoped<ThresholdTuning>();
        services.AddScoped<GivenPairs>();
        AddHosted<SemanticWriter>(services);
        AddHosted<SemanticChecks>(services);
        AddHosted<SemanticSweep>(services);
    }

    public static void MapSemanticCaching(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapSemanticCaches();
        endpoints.MapSemanticEntries();
        endpoints.MapSemanticPrecision();
    }

    private static void AddHosted<TService>(IServiceCollection services)
        where TService : class, IHostedService
    {
        services.AddSingleton<TService>();
        services.AddHostedService(provider => provider.GetRequiredService<TService>());
    }
}
