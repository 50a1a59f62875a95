using LlmGateway.Gateway.Tests.ProjectModels;
using LlmGateway.Service;
using LlmGateway.TestKit;
using LlmGateway.TestKit.Upstream;
using Microsoft.Extensions.DependencyInjection;

namespace LlmGateway.Gateway.Tests.Keys;

/// <summary>A service that works in a key's name may do what the key may do by now, and no more.</summary>
public sealed class CallersOfServicesTests
{
    [Fact]
    public async Task Work_in_the_name_of_a_limited_key_keeps_to_its_models()
    {
        await using var upstream = await UpstreamServer.StartAsync();
        await using var gateway = await InProcessGateway.StartAsync(upstream.BaseUrl);
        var (project, key) = await gateway.MakeProjectAsync(allowedModels: ["test/allowed"]);
        var token = Token(gateway, project, IdOf(key));
        Assert.Equal("test/allowed", await gateway.AskModelAsync("test/allowed", token));
        Assert.Equal(await gateway.AskModelAsync("test/other", key), await gateway.AskModelAsync("test/other", token));
    }

    [Fact]
    public async Task Work_in_the_name_of_a_key_ends_with_the_key()
    {
        await using var upstream = await UpstreamServer.StartAsync();
        await using var gateway = await InProcessGateway.StartAsync(upstream.BaseUrl);
        var (project, key) = await gateway.MakeProjectAsync();
        Assert.Equal("test/any", await gateway.AskModelAsync("test/any", Token(gateway, project, IdOf(key))));

        Assert.Equal(200, (await gateway.SendAsync(HttpMethod.Delete, $"/v1/keys/{IdOf(key)}")).Status);
        Assert.Equal("invalid_api_key", await gateway.AskModelAsync("test/any", Token(gateway, project, IdOf(key))));
        Assert.Equal("invalid_api_key", await gateway.AskModelAsync("test/any", Token(gateway, project, "key_of_nobody")));
        // What no key began goes on.
        Assert.Equal("test/any", await gateway.AskModelAsync("test/any", Token(gateway, project, null)));
    }

    [Fact]
    public async Task A_key_does_not_work_in_another_project()
    {
        await using var upstream = await UpstreamServer.StartAsync();
        await using var gateway = await InProcessGateway.StartAsync(upstream.BaseUrl);
        var (project, key) = await gateway.MakeProjectAsync();
        var (other, _) = await gateway.MakeProjectAsync();
        Assert.NotEqual(project, other);
        Assert.Equal("invalid_api_key", await gateway.AskModelAsync("test/any", Token(gateway, other, IdOf(key))));
    }

    private static string Token(InProcessGateway gateway, string project, string? keyId) =>
        gateway.Services.GetRequiredService<InternalToken>().Issue(ServiceNames.Gateway, new Caller(project, keyId, Scopes.Inference, "evaluation"));

    /// <summary>A key is <c>sk-lg-&lt;public id&gt;-&lt;secret&gt;</c>.</summary>
    private static string IdOf(string key) => $"key_{key.Split('-')[2]}";
}
