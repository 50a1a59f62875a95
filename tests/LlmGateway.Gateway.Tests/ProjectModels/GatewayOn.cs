using LlmGateway.TestKit;
using LlmGateway.TestKit.Servers;
using LlmGateway.TestKit.Upstream;

namespace LlmGateway.Gateway.Tests.ProjectModels;

/// <summary>The databases that a gateway may have; a test that names one runs on it.</summary>
public enum Store
{
    Sqlite,
    Postgres,
}

/// <summary>One gateway on a store, with its provider.</summary>
internal sealed class GatewayOn : IAsyncDisposable
{
    private GatewayOn(UpstreamServer upstream, InProcessGateway gateway) => (Upstream, Gateway) = (upstream, gateway);

    public UpstreamServer Upstream { get; }

    public InProcessGateway Gateway { get; }

    public static async Task<GatewayOn> StartAsync(Store store, params (string Key, string? Value)[] more)
    {
        (string, string?)[] database = store == Store.Postgres ? [("ConnectionStrings:gateway", await TestServers.CreateDatabaseAsync())] : [];
        var upstream = await UpstreamServer.StartAsync();
        return new GatewayOn(upstream, await InProcessGateway.StartAsync(upstream.BaseUrl, [InProcessGateway.KnownModel, .. database, .. more]));
    }

    public async ValueTask DisposeAsync()
    {
        await Gateway.DisposeAsync();
        await Upstream.DisposeAsync();
    }
}
