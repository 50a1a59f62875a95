using System.Net.Http.Json;
using System.Text.Json;
using LlmGateway.TestKit;
using LlmGateway.TestKit.Servers;
using LlmGateway.TestKit.Upstream;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;

namespace LlmGateway.Gateway.Tests;

/// <summary>Two gateways on one database and one broker.</summary>
internal sealed class Replicas : IAsyncDisposable
{
    private Replicas(UpstreamServer upstream, InProcessGateway one, InProcessGateway other) => (Upstream, One, Other) = (upstream, one, other);

    public UpstreamServer Upstream { get; }

    public InProcessGateway One { get; }

    public InProcessGateway Other { get; }

    public static async Task<Replicas> StartAsync(params (string Key, string? Value)[] settings)
    {
        var upstream = await UpstreamServer.StartAsync();
        (string, string?)[] shared =
        [
            ("ConnectionStrings:gateway", await TestServers.CreateDatabaseAsync()),
            ("ConnectionStrings:rabbitmq", await TestServers.CreateVirtualHostAsync()),
            .. settings,
        ];
        var replicas = new Replicas(
            upstream, await InProcessGateway.StartAsync(upstream.BaseUrl, shared), await InProcessGateway.StartAsync(upstream.BaseUrl, shared));
        await replicas.One.BusIsReadyAsync();
        await replicas.Other.BusIsReadyAsync();
        return replicas;
    }

    public async ValueTask DisposeAsync()
    {
        await One.DisposeAsync();
        await Other.DisposeAsync();
        await Upstream.DisposeAsync();
    }
}

internal static class GatewayCalls
{
    /// <summary>Posts, insists on success and reads a member of the answer.</summary>
    public static async Task<string> PostAsync(this InProcessGateway gateway, string path, object body, string member)
    {
        using var response = await gateway.Http.PostAsJsonAsync(path, body);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, text);
        return JsonDocument.Parse(text).RootElement.GetProperty(member).GetString()!;
    }

    /// <summary>Asks for the models with a key, which costs no model call.</summary>
    public static async Task<int> StatusAsync(this InProcessGateway gateway, string key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/models");
        request.Headers.Authorization = new("Bearer", key);
        using var response = await gateway.Http.SendAsync(request);
        return (int)response.StatusCode;
    }

    /// <summary>Returns when the gateway's consumers are connected.</summary>
    public static Task BusIsReadyAsync(this InProcessGateway gateway) =>
        gateway.Services.GetRequiredService<IBusControl>().WaitForHealthStatus(BusHealthStatus.Healthy, TimeSpan.FromSeconds(60));
}
