using LlmGateway.TestKit;

namespace LlmGateway.Benchmarks.Gateway.Servers;

/// <summary>The real gateway, Standalone as it ships, with the upstream as its provider <c>bench</c>.</summary>
internal static class GatewayServer
{
    /// <summary>Made up; the gateway is told to accept it.</summary>
    public const string AdminKey = "sk-lg-benchmark-0123456789abcdefghijklmnopqrstuv";

    public static Task<ServerProcess> StartAsync(ServerProcess upstream, TempFolder data)
    {
        var port = FreePort.Next();
        var program = Path.GetFullPath(
            Path.Combine(AppContext.BaseDirectory, "..", "..", "Standalone", "release", "LlmGateway.Standalone.dll"));
        if (!File.Exists(program))
        {
            throw new InvalidOperationException($"Build src/Hosts/Standalone first: there is no {program}");
        }

        return ServerProcess.StartAsync(
            "gateway", port, "dotnet", [program, "--urls", $"http://127.0.0.1:{port}"], new Dictionary<string, string>
            {
                ["LLMGATEWAY_DATA"] = data.Path,
                ["LLMGATEWAY_ADMIN_KEY"] = AdminKey,
                ["Gateway__Providers__bench__BaseUrl"] = upstream.Url + "/v1",
                ["Gateway__Providers__bench__ApiKey"] = "x",
            });
    }
}
