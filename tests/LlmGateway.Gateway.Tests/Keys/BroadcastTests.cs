using System.Diagnostics;
using LlmGateway.Gateway.Projects;
using LlmGateway.TestKit;
using LlmGateway.TestKit.Upstream;
using Microsoft.Extensions.DependencyInjection;

namespace LlmGateway.Gateway.Tests.Keys;

/// <summary>What changes at one gateway counts at the others at once, and a broker that is away does not matter.</summary>
public sealed class BroadcastTests
{
    /// <summary>Less than the 30 s after which a replica looks for itself, and what a busy machine needs.</summary>
    private static readonly TimeSpan AtOnce = TimeSpan.FromSeconds(20);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_key_revoked_at_one_gateway_stops_at_the_other()
    {
        await using var replicas = await Replicas.StartAsync();
        var key = await replicas.One.PostAsync("/v1/keys", new { name = "k" }, "key");
        var bystander = await replicas.One.PostAsync("/v1/keys", new { name = "other" }, "key");
        Assert.Equal((200, 200), (await replicas.Other.StatusAsync(key), await replicas.Other.StatusAsync(bystander)));

        await RevokeAsync(replicas.One, key);
        Assert.Equal(401, await replicas.One.StatusAsync(key));
        await Eventually.TrueAsync(async _ => await replicas.Other.StatusAsync(key) == 401, "the key to stop at the other gateway", AtOnce, Cancellation);
        Assert.Equal(200, await replicas.Other.StatusAsync(bystander));
    }

    [Fact]
    public async Task A_project_whose_bodies_are_turned_off_at_one_gateway_keeps_none_at_the_other()
    {
        await using var replicas = await Replicas.StartAsync();
        var project = await replicas.One.PostAsync("/v1/projects", new { name = "p" }, "id");
        var other = replicas.Other.Services.GetRequiredService<ProjectDirectory>();
        Assert.True(await other.LogsBodiesAsync(project, Cancellation));

        await replicas.One.PostAsync($"/v1/projects/{project}", new { log_bodies = false }, "id");
        await Eventually.TrueAsync(async token => !await other.LogsBodiesAsync(project, token), "the setting to reach the other gateway", AtOnce, Cancellation);
    }

    [Fact]
    public async Task Without_its_broker_a_gateway_revokes_a_key_all_the_same()
    {
        await using var upstream = await UpstreamServer.StartAsync();
        await using var gateway = await InProcessGateway.StartAsync(
            upstream.BaseUrl, ("ConnectionStrings:rabbitmq", $"amqp://user:password@127.0.0.1:{FreePort.Next()}"));
        var key = await gateway.PostAsync("/v1/keys", new { name = "k" }, "key");
        Assert.Equal(200, await gateway.StatusAsync(key));

        var before = Stopwatch.GetTimestamp();
        await RevokeAsync(gateway, key);
        Assert.InRange(Stopwatch.GetElapsedTime(before), TimeSpan.Zero, AtOnce);
        Assert.Equal(401, await gateway.StatusAsync(key));
    }

    private static async Task RevokeAsync(InProcessGateway gateway, string key)
    {
        // sk-lg-<public id>-<secret>
        using var response = await gateway.Http.DeleteAsync($"/v1/keys/key_{key.Split('-')[2]}", Cancellation);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync(Cancellation));
    }
}
