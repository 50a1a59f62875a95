using System.Globalization;
using LlmGateway.Datasets;
using LlmGateway.Gateway.Spooling;
using LlmGateway.Service;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace LlmGateway.Benchmarks.Ingestion;

/// <summary>What Standalone has of the log's way: spool, shipper and store in one process, with HTTP between them.</summary>
internal static class IngestionHost
{
    private const string InternalKey = "an internal key for a benchmark only";

    /// <param name="folder">The data folder, where spool and store lie.</param>
    /// <param name="withShipper">False to reach the store's endpoints only.</param>
    public static WebApplication Build(string folder, bool withShipper)
    {
        var port = TestKit.FreePort.Next().ToString(CultureInfo.InvariantCulture);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            [DataFolder.Key] = folder,
            [$"{ServiceOptions.Section}:{nameof(ServiceOptions.InternalKey)}"] = InternalKey,
            ["services:datasets:http:0"] = $"http://127.0.0.1:{port}",
        });
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.Services.AddServiceDiscovery();
        builder.AddServiceFoundation();
        builder.AddDatasets();
        if (withShipper)
        {
            builder.AddSpool();
            builder.Services.AddHttpClient(HttpInferenceSink.ClientName).AddServiceDiscovery().AddHttpMessageHandler<InternalTokenHandler>();
        }

        var app = builder.Build();
        app.UseServiceFoundation();
        app.MapDatasets();
        return app;
    }
}
