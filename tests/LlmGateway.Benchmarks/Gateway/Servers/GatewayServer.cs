using LlmGateway.Benchmarks.Ingestion;
using LlmGateway.TestKit;
using LlmGateway.TestKit.Servers;

namespace LlmGateway.Benchmarks.Gateway.Servers;

/// <summary>The real gateway, Standalone as it ships, with the upstream as its provider <c>bench</c>.</summary>
internal static class GatewayServer
{
    /// <summary>Made up; the gateway is told to accept it.</summary>
    public const string AdminKey = InProcessGateway.AdminKey;

    /// <param name="upstream">The provider.</param>
    /// <param name="data">The gateway's data folder.</param>
    /// <param name="telemetry">Where traces, metrics and logs go; null for nowhere.</param>
    /// <param name="settings">Further environment variables.</param>
    public static Task<ServerProcess> StartAsync(
        ServerProcess upstream, TempFolder data, ServerProcess? telemetry = null, IReadOnlyDictionary<string, string>? settings = null)
    {
        var environment = Environment(upstream, data);
        foreach (var (name, value) in settings ?? new Dictionary<string, string>())
        {
            environment[name] = value;
        }

        if (telemetry is not null)
        {
            environment["OTEL_EXPORTER_OTLP_ENDPOINT"] = telemetry.Url;
            environment["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf";
        }

        return StartAsync("Standalone", environment);
    }

    /// <summary>Standalone without a provider: it has its own small models.</summary>
    /// <param name="data">Its data folder.</param>
    /// <param name="settings">Further environment variables.</param>
    public static Task<ServerProcess> StartAloneAsync(TempFolder data, Dictionary<string, string> settings) => StartAsync(
        "Standalone", new Dictionary<string, string>(settings) { ["LLMGATEWAY_DATA"] = data.Path, ["LLMGATEWAY_ADMIN_KEY"] = AdminKey });

    /// <summary>The gateway as a service of its own, which sends its log through the broker to Datasets.</summary>
    public static Task<ServerProcess> StartServiceAsync(ServerProcess upstream, TempFolder data, ServerSet servers, ServerProcess datasets)
    {
        var environment = Environment(upstream, data);
        environment["Services__InternalKey"] = IngestionHost.InternalKey;
        environment["ConnectionStrings__rabbitmq"] = servers.RabbitMq;
        environment["ConnectionStrings__redis"] = servers.Redis;
        environment["ConnectionStrings__gateway"] = servers.Postgres.Replace("Database=postgres", "Database=gateway", StringComparison.Ordinal);
        environment["services__datasets__http__0"] = datasets.Url;
        return StartAsync("Gateway.Host", environment);
    }

    private static Dictionary<string, string> Environment(ServerProcess upstream, TempFolder data) => new()
    {
        ["LLMGATEWAY_DATA"] = data.Path,
        ["LLMGATEWAY_ADMIN_KEY"] = AdminKey,
        ["Gateway__Providers__bench__BaseUrl"] = upstream.Url + "/v1",
        ["Gateway__Providers__bench__ApiKey"] = "x",
    };

    private static Task<ServerProcess> StartAsync(string host, Dictionary<string, string> environment)
    {
        var port = FreePort.Next();
        return ServerProcess.StartAsync(host, port, "dotnet", [HostProgram.Find(host), "--urls", $"http://127.0.0.1:{port}"], environment);
    }
}
