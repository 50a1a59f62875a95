using LlmGateway.Datasets;
using LlmGateway.Gateway.Spooling;
using LlmGateway.Messaging;
using LlmGateway.Service;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

namespace LlmGateway.Benchmarks.Ingestion;

/// <summary>What Standalone has of the log's way: spool, shipper and store in one process.</summary>
internal static class IngestionHost
{
    public const string InternalKey = "an internal key for a benchmark only";

    /// <param name="folder">The data folder, where the spool lies, and the embedded store.</param>
    /// <param name="store">Connection string of another store; null for the embedded one.</param>
    public static WebApplication Build(string folder, string? store = null)
    {
        var builder = CreateBuilder(folder);
        builder.Configuration["ConnectionStrings:datasets"] = store;
        builder.AddDatasets();
        builder.AddSpool();
        var app = builder.Build();
        app.UseServiceFoundation();
        app.MapDatasets();
        return app;
    }

    /// <summary>What a gateway apart from Datasets has: the spool, and the way to the broker.</summary>
    public static WebApplication BuildSender(string folder, string broker)
    {
        var builder = CreateBuilder(folder);
        builder.Configuration["ConnectionStrings:rabbitmq"] = broker;
        builder.AddSpool();
        builder.AddLlmGatewayBus(_ => { });
        return builder.Build();
    }

    private static WebApplicationBuilder CreateBuilder(string folder)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration[DataFolder.Key] = folder;
        builder.Configuration[$"{ServiceOptions.Section}:{nameof(ServiceOptions.InternalKey)}"] = InternalKey;
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        return builder;
    }
}
