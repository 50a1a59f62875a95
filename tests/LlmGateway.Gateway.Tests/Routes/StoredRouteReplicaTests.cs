using LlmGateway.Gateway.Tests.ProjectModels;
using LlmGateway.TestKit;

namespace LlmGateway.Gateway.Tests.Routes;

/// <summary>Changes at one gateway, seen from another one.</summary>
public sealed class StoredRouteReplicaTests
{
    [Theory]
    [InlineData(null, 1)]
    [InlineData("InMemory", 8)]
    public async Task A_route_and_a_switch_reach_the_other_gateway_by_broadcast_or_else_by_their_versions(string? transport, int seconds)
    {
        // In memory, each gateway's messages stay its own: none reaches the other.
        await using var replicas = await Replicas.StartAsync(InProcessGateway.KnownModel, ("Bus:Transport", transport));
        var within = TimeSpan.FromSeconds(seconds);
        await replicas.One.SendAsync(HttpMethod.Put, "/v1/routes/live", new { model = "test/new" });
        await Eventually.TrueAsync(async _ => await replicas.Other.AskModelAsync("live") == "test/new", "the route", within, TestContext.Current.CancellationToken);
        await replicas.One.SendAsync(HttpMethod.Post, "/v1/providers/test", new { enabled = false });
        await Eventually.TrueAsync(async _ => await replicas.Other.AskModelAsync("live") == "provider_disabled", "the switch", within, TestContext.Current.CancellationToken);
        await replicas.One.SendAsync(HttpMethod.Post, "/v1/providers/test", new { enabled = true });
        await Eventually.TrueAsync(async _ => await replicas.Other.AskModelAsync("live") == "test/new", "the switch back", within, TestContext.Current.CancellationToken);
        await replicas.One.SendAsync(HttpMethod.Delete, "/v1/routes/live");
        await Eventually.TrueAsync(async _ => await replicas.Other.AskModelAsync("live") == "model_not_found", "the end of the route", within, TestContext.Current.CancellationToken);
    }
}
