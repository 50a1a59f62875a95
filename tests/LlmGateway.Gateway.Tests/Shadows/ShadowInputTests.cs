using System.Text.Json.Nodes;
using LlmGateway.Gateway.Tests.ProjectModels;
using LlmGateway.TestKit;

namespace LlmGateway.Gateway.Tests.Shadows;

public sealed class ShadowInputTests
{
    private const string Good = """{"name": "try", "model": "test/original", "share": 0.5, "candidate": {"model": "test/candidate"}, "max_calls": 10}""";

    [Theory]
    [InlineData("name", null, "name")]
    [InlineData("name", "\"a b\"", "name")]
    [InlineData("model", null, "model")]
    [InlineData("model", "\"nobody-has-this\"", "model")]
    [InlineData("share", null, "share")]
    [InlineData("share", "0", "share")]
    [InlineData("share", "1.01", "share")]
    [InlineData("candidate", null, "candidate")]
    [InlineData("candidate", "{}", "candidate")]
    [InlineData("candidate", """{"parameters": {}}""", "candidate")]
    [InlineData("candidate", """{"model": "nobody-has-this"}""", "candidate.model")]
    [InlineData("candidate", """{"prompt": {"id": ""}}""", "candidate.prompt")]
    [InlineData("candidate", """{"prompt": {"id": "a", "version": "1", "label": "b"}}""", "candidate.prompt")]
    [InlineData("candidate", """{"prompt": {"id": "a", "version": "x"}}""", "candidate.prompt")]
    [InlineData("candidate", """{"parameters": {"stream": true}}""", "candidate.parameters.stream")]
    [InlineData("candidate", """{"parameters": {"messages": []}}""", "candidate.parameters.messages")]
    [InlineData("max_calls", null, "max_cost_usd")]
    [InlineData("max_calls", "0", "max_calls")]
    [InlineData("max_cost_usd", "0", "max_cost_usd")]
    [InlineData("max_cost_usd_per_day", "-1", "max_cost_usd_per_day")]
    [InlineData("expires_at", "1000", "expires_at")]
    public async Task A_bad_field_is_refused_by_its_name_and_nothing_is_made(string field, string? json, string param)
    {
        await using var on = await GatewayOn.StartAsync(Store.Sqlite);
        var body = JsonNode.Parse(Good)!.AsObject();
        body.Remove(field);
        if (json is not null)
        {
            body[field] = JsonNode.Parse(json);
        }

        var (status, error) = await on.Gateway.SendAsync(HttpMethod.Post, "/v1/shadows", body);
        Assert.Equal((400, param), (status, error.Param()));
        Assert.Empty(await on.Gateway.ListedAsync("/v1/shadows"));
    }

    [Fact]
    public async Task A_name_is_taken_once_and_a_change_is_checked_like_the_making()
    {
        await using var on = await GatewayOn.StartAsync(Store.Sqlite);
        Assert.Equal(200, (await MakeAsync(on.Gateway)).Status);
        var (status, error) = await MakeAsync(on.Gateway);
        Assert.Equal((409, "name"), (status, error.Param()));
        Assert.Equal((400, "status"), await ChangeAsync(on.Gateway, new { status = "exhausted" }));
        Assert.Equal((400, "share"), await ChangeAsync(on.Gateway, new { share = 2 }));
        Assert.Equal(400, (await on.Gateway.SendAsync(HttpMethod.Post, "/v1/shadows/try", new { candidate = new { model = "test/other" } })).Status);
        Assert.Equal(404, (await on.Gateway.SendAsync(HttpMethod.Post, "/v1/shadows/other", new { share = 1 })).Status);
        Assert.Equal(0.5, (await on.Gateway.ReadShadowAsync()).GetProperty("share").GetDouble());
    }

    [Fact]
    public async Task Admins_change_shadows_and_data_keys_read_them()
    {
        await using var on = await GatewayOn.StartAsync(Store.Sqlite);
        var data = await on.Gateway.PostAsync("/v1/keys", new { scopes = new[] { "data" } }, "key");
        var inference = await on.Gateway.PostAsync("/v1/keys", new { scopes = new[] { "inference" } }, "key");
        await MakeAsync(on.Gateway);
        Assert.Equal(403, (await MakeAsync(on.Gateway, data)).Status);
        Assert.Equal(403, (await on.Gateway.SendAsync(HttpMethod.Delete, "/v1/shadows/try", key: data)).Status);
        Assert.Equal(200, (await on.Gateway.SendAsync(HttpMethod.Get, "/v1/shadows/try", key: data)).Status);
        Assert.Equal(403, (await on.Gateway.SendAsync(HttpMethod.Get, "/v1/shadows", key: inference)).Status);
    }

    private static Task<(int Status, System.Text.Json.JsonElement Body)> MakeAsync(InProcessGateway gateway, string? key = null) =>
        gateway.SendAsync(HttpMethod.Post, "/v1/shadows", JsonNode.Parse(Good), key);

    private static async Task<(int, string?)> ChangeAsync(InProcessGateway gateway, object change)
    {
        var (status, error) = await gateway.SendAsync(HttpMethod.Post, "/v1/shadows/try", change);
        return (status, error.Param());
    }
}
