using System.Text.Json;
using LlmGateway.Gateway.Tests.ProjectModels;
using LlmGateway.TestKit;
using LlmGateway.TestKit.Upstream;

namespace LlmGateway.Gateway.Tests.Keys;

/// <summary>A key asks what it is.</summary>
public sealed class CurrentKeyTests
{
    [Theory]
    [InlineData("inference")]
    [InlineData("data")]
    public async Task Any_key_may_ask_about_itself(string scope)
    {
        await using var upstream = await UpstreamServer.StartAsync();
        await using var gateway = await InProcessGateway.StartAsync(upstream.BaseUrl);
        var key = await gateway.PostAsync("/v1/keys", new { name = "ada", scopes = new[] { scope } }, "key");
        var current = await ReadAsync(gateway, key);
        Assert.Equal(("ada", "proj_default", scope), (Text(current, "name"), Text(current, "project_id"), current.GetProperty("scopes")[0].GetString()));
        Assert.False(current.TryGetProperty("key", out _), "its secret is shown once, when it is made");
    }

    [Fact]
    public async Task The_admin_key_is_one_too()
    {
        await using var upstream = await UpstreamServer.StartAsync();
        await using var gateway = await InProcessGateway.StartAsync(upstream.BaseUrl);
        var current = await ReadAsync(gateway, null);
        Assert.Equal(("key_admin", "admin"), (Text(current, "id"), current.GetProperty("scopes")[0].GetString()));
    }

    [Fact]
    public async Task Nobody_else_is_told_anything()
    {
        await using var upstream = await UpstreamServer.StartAsync();
        await using var gateway = await InProcessGateway.StartAsync(upstream.BaseUrl);
        Assert.Equal(401, (await gateway.SendAsync(HttpMethod.Get, "/v1/keys/current", key: "sk-lg-wrong")).Status);
    }

    private static async Task<JsonElement> ReadAsync(InProcessGateway gateway, string? key)
    {
        var (status, current) = await gateway.SendAsync(HttpMethod.Get, "/v1/keys/current", key: key);
        Assert.True(status == 200, current.ToString());
        return current;
    }

    private static string? Text(JsonElement current, string name) => current.GetProperty(name).GetString();
}
