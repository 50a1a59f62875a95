using LlmGateway.Benchmarks.Ingestion;
using LlmGateway.TestKit;

namespace LlmGateway.Benchmarks.Gateway.Servers;

/// <summary>Datasets in its own process, as it ships.</summary>
internal static class DatasetsServer
{
    /// <param name="broker">RabbitMQ's address.</param>
    /// <param name="store">PostgreSQL's connection string.</param>
    /// <param name="data">Its data folder.</param>
    public static Task<ServerProcess> StartAsync(string broker, string store, TempFolder data)
    {
        var port = FreePort.Next();
        return ServerProcess.StartAsync(
            "Datasets",
            port,
            "dotnet",
            [HostProgram.Find("Datasets.Host"), "--urls", $"http://127.0.0.1:{port}"],
            new Dictionary<string, string>
            {
                ["LLMGATEWAY_DATA"] = data.Path,
                ["Services__InternalKey"] = IngestionHost.InternalKey,
                ["ConnectionStrings__rabbitmq"] = broker,
                ["ConnectionStrings__datasets"] = store,
            });
    }
}
