using System.Text.Json;

namespace LlmGateway.Gateway.Tests.ProjectModels;

public sealed class AliasTests
{
    [Theory]
    [InlineData(Store.Sqlite)]
    [InlineData(Store.Postgres)]
    public async Task An_alias_is_made_switched_listed_and_deleted(Store store)
    {
        await using var on = await GatewayOn.StartAsync(store);
        var gateway = on.Gateway;
        var (status, made) = await gateway.PutAliasAsync("support", "test/gpt-4o-mini");
        Assert.Equal((200, "alias", "support", 1), (status, Text(made, "object"), Text(made, "id"), made.GetProperty("version").GetInt64()));
        Assert.Equal("test/gpt-4o-mini", await gateway.AskModelAsync("support"));
        Assert.Equal("gpt-4o-mini", on.Upstream.Requests[^1].Json.GetProperty("model").GetString());

        var (_, switched) = await gateway.PutAliasAsync("support", "test/gpt-4o");
        Assert.Equal(2, switched.GetProperty("version").GetInt64());
        Assert.Equal("test/gpt-4o", await gateway.AskModelAsync("support"));

        await gateway.PutAliasAsync("another", "test/gpt-4o");
        Assert.Equal(["another", "support"], await gateway.ListedAsync("/v1/aliases"));
        Assert.Equal(["support"], await gateway.ListedAsync("/v1/aliases?after=another"));
        Assert.Equal("test/gpt-4o", Text((await gateway.SendAsync(HttpMethod.Get, "/v1/aliases/support")).Body, "model"));
        Assert.Contains("support", await gateway.ListedAsync("/v1/models"));
        Assert.Equal("proj_default", Text((await gateway.SendAsync(HttpMethod.Get, "/v1/models/support")).Body, "owned_by"));

        Assert.Equal(200, (await gateway.SendAsync(HttpMethod.Delete, "/v1/aliases/support")).Status);
        Assert.Equal("model_not_found", await gateway.AskModelAsync("support"));
        Assert.Equal(404, (await gateway.SendAsync(HttpMethod.Delete, "/v1/aliases/support")).Status);
    }

    [Theory]
    [InlineData(Store.Sqlite)]
    [InlineData(Store.Postgres)]
    public async Task A_change_that_is_based_on_an_older_version_is_refused(Store store)
    {
        await using var on = await GatewayOn.StartAsync(store);
        Assert.Equal(200, (await on.Gateway.PutAliasAsync("a", "test/one", version: 0)).Status);
        Assert.Equal(200, (await on.Gateway.PutAliasAsync("a", "test/two", version: 1)).Status);
        var (status, body) = await on.Gateway.PutAliasAsync("a", "test/three", version: 1);
        Assert.Equal((409, "version_conflict", "version"), (status, body.Code(), body.Param()));
        Assert.Equal(409, (await on.Gateway.PutAliasAsync("a", "test/three", version: 0)).Status);
        Assert.Equal(409, (await on.Gateway.PutAliasAsync("new", "test/three", version: 7)).Status);
        Assert.Equal(409, (await on.Gateway.SendAsync(HttpMethod.Delete, "/v1/aliases/a?version=1")).Status);
        Assert.Equal("test/two", await on.Gateway.AskModelAsync("a"));
        Assert.Equal(200, (await on.Gateway.SendAsync(HttpMethod.Delete, "/v1/aliases/a?version=2")).Status);
    }

    [Theory]
    [InlineData(Store.Sqlite)]
    [InlineData(Store.Postgres)]
    public async Task Of_changes_at_once_that_are_based_on_one_version_one_succeeds(Store store)
    {
        await using var on = await GatewayOn.StartAsync(store);
        await on.Gateway.PutAliasAsync("a", "test/first");
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(number => on.Gateway.PutAliasAsync("a", $"test/{number}", version: 1)));
        Assert.Equal(1, answers.Count(answer => answer.Status == 200));
        Assert.Equal(7, answers.Count(answer => answer.Status == 409));
    }

    [Theory]
    [InlineData("prompt%2Fx", "test/gpt-4o", "name")]
    [InlineData("replay/x", "test/gpt-4o", "name")]
    [InlineData("local/chat", "test/gpt-4o", "name")]
    [InlineData("ft:x", "test/gpt-4o", "name")]
    [InlineData("a b", "test/gpt-4o", "name")]
    [InlineData("-a", "test/gpt-4o", "name")]
    [InlineData("a/b", "test/gpt-4o", "name")]
    [InlineData("a", "", "model")]
    [InlineData("a", "a", "model")]
    [InlineData("a", "first", "model")]
    [InlineData("a", "nobody-has-this", "model")]
    [InlineData("a", "ft:chat:proj_default:x:1", "model")]
    public async Task A_bad_name_or_target_is_refused_by_its_field(string name, string model, string field)
    {
        await using var on = await GatewayOn.StartAsync(Store.Sqlite);
        await on.Gateway.PutAliasAsync("first", "test/gpt-4o");
        var (status, body) = await on.Gateway.PutAliasAsync(name, model);
        Assert.Equal((400, field), (status, body.Param()));
        Assert.Equal(["first"], await on.Gateway.ListedAsync("/v1/aliases"));
    }

    [Fact]
    public async Task An_alias_is_its_projects_own()
    {
        await using var on = await GatewayOn.StartAsync(Store.Sqlite);
        var (_, key) = await on.Gateway.MakeProjectAsync();
        await on.Gateway.PutAliasAsync("support", "test/mine");
        Assert.Equal("model_not_found", await on.Gateway.AskModelAsync("support", key));
        Assert.Equal(404, (await on.Gateway.SendAsync(HttpMethod.Get, "/v1/aliases/support", key: key)).Status);
        Assert.Empty(await on.Gateway.ListedAsync("/v1/aliases", key));
        Assert.DoesNotContain("support", await on.Gateway.ListedAsync("/v1/models", key));

        await on.Gateway.PutAliasAsync("support", "test/theirs", key: key);
        Assert.Equal(("test/mine", "test/theirs"), (await on.Gateway.AskModelAsync("support"), await on.Gateway.AskModelAsync("support", key)));
    }

    [Fact]
    public async Task A_key_may_call_an_alias_whose_name_or_model_it_is_allowed()
    {
        await using var on = await GatewayOn.StartAsync(Store.Sqlite);
        var (_, key) = await on.Gateway.MakeProjectAsync(["by-name", "test/by-model"]);
        await on.Gateway.PutAliasAsync("by-name", "test/any", key: key);
        await on.Gateway.PutAliasAsync("other", "test/by-model", key: key);
        await on.Gateway.PutAliasAsync("forbidden", "test/any", key: key);
        Assert.Equal("test/any", await on.Gateway.AskModelAsync("by-name", key));
        Assert.Equal("test/by-model", await on.Gateway.AskModelAsync("other", key));
        Assert.Equal("model_not_allowed", await on.Gateway.AskModelAsync("forbidden", key));
        Assert.Equal(["by-name", "other"], await on.Gateway.ListedAsync("/v1/models", key));
    }

    [Fact]
    public async Task Only_an_admin_changes_aliases()
    {
        await using var on = await GatewayOn.StartAsync(Store.Sqlite);
        var key = await on.Gateway.PostAsync("/v1/keys", new { scopes = new[] { "inference" } }, "key");
        Assert.Equal(403, (await on.Gateway.PutAliasAsync("a", "test/x", key: key)).Status);
        Assert.Equal(403, (await on.Gateway.SendAsync(HttpMethod.Delete, "/v1/aliases/a", key: key)).Status);
        Assert.Equal(200, (await on.Gateway.SendAsync(HttpMethod.Get, "/v1/aliases", key: key)).Status);
    }

    private static string? Text(JsonElement body, string member) => body.GetProperty(member).GetString();
}
