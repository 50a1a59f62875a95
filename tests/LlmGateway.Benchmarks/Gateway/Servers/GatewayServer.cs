using LlmGateway.TestKit;

namespace LlmGateway.Benchmarks.Gateway.Servers;

/// <summary>The real gateway, Standalone as it ships, with the upstream as its provider <c>bench</c>.</summary>
internal static class GatewayServer
{
    /// <summary>Made up; the gateway is told to accept it.</summary>
    public const string AdminKey = InProcessGateway.AdminKey;

    /// <param name="upstream">The provider.</param>
    /// <param name="data">The gateway's data folder.</param>
    /// <param name="telemetry">Where traces, metrics and logs go; null for nowhere.</param>
    public static Task<ServerProcess> StartAsync(ServerProcess upstream, TempFolder data, ServerProcess? telemetry = null)
    {
        var port = FreePort.Next();
        var environment = new Dictionary<string, string>
        {
            ["LLMGATEWAY_DATA"] = data.Path,
            ["LLMGATEWAY_ADMIN_KEY"] = AdminKey,
            ["Gateway__Providers__bench__BaseUrl"] = upstream.Url + "/v1",
            ["Gateway__Providers__bench__ApiKey"] = "x",
        };
        if (telemetry is not null)
        {
            environment["OTEL_EXPORTER_OTLP_ENDPOINT"] = telemetry.Url;
            environment["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf";
        }

        return ServerProcess.StartAsync("gateway", port, "dotnet", [HostProgram.Find("Standalone"), "--urls", $"http://127.0.0.1:{port}"], environment);
    }
}
