using System.Text.Json;
using System.Text.Json.Nodes;
using LlmGateway.Gateway.Tests.ProjectModels;
using LlmGateway.TestKit;

namespace LlmGateway.Gateway.Tests.Routes;

/// <summary>Routes that are made, changed and deleted at run time.</summary>
public sealed class StoredRouteTests
{
    private const string Whole = """
        {"groups": [
           {"name": "gold", "policy": "priority", "when": [{"field": "metadata.tier", "equals": "gold"}], "deployments": [{"model": "test/large"}]},
           {"policy": "least_requests", "deployments": [{"model": "test/small", "weight": 3, "timeouts": {"first_byte_ms": 7000}}, {"model": "test/medium"}]}],
         "fallbacks": ["test/last"], "retries": {"max_retries": 1, "initial_delay_ms": 100}, "timeouts": {"total_ms": 120000},
         "cache": "off", "cache_ttl_ms": 60000, "unsupported_parameters": "refuse"}
        """;

    [Theory]
    [InlineData(Store.Sqlite)]
    [InlineData(Store.Postgres)]
    public async Task A_route_is_made_called_replaced_listed_and_deleted(Store store)
    {
        await using var on = await GatewayOn.StartAsync(store, ("Gateway:Routes:configured:Model", "test/configured"));
        var gateway = on.Gateway;
        var version = await VersionAsync(gateway);
        var (status, made) = await PutAsync(gateway, "support", """{"groups":[{"deployments":[{"model":"test/one"}]}]}""");
        Assert.Equal((200, "route", "support", "stored", true, 1), (status, Text(made, "object"), Text(made, "id"), Text(made, "source"), made.GetProperty("in_force").GetBoolean(), made.GetProperty("version").GetInt64()));
        Assert.Equal("test/one", await gateway.AskModelAsync("support"));
        Assert.NotEqual(version, await VersionAsync(gateway));
        Assert.Contains("support", await gateway.ListedAsync("/v1/models"));

        var (_, replaced) = await PutAsync(gateway, "support", """{"model":"test/two"}""");
        Assert.Equal((2, "test/two"), (replaced.GetProperty("version").GetInt64(), Text(replaced, "model")));
        Assert.Equal("test/two", await gateway.AskModelAsync("support"));
        await gateway.PutAliasAsync("alias", "support");
        Assert.Equal("test/two", await gateway.AskModelAsync("alias"));

        Assert.Equal(["configured", "support"], await gateway.ListedAsync("/v1/routes"));
        Assert.Equal(["support"], await gateway.ListedAsync("/v1/routes?after=configured"));
        Assert.Equal(["support"], await gateway.ListedAsync("/v1/routes?limit=1&order=desc"));
        var configured = (await gateway.SendAsync(HttpMethod.Get, "/v1/routes/configured")).Body;
        Assert.Equal(("configuration", "test/configured"), (Text(configured, "source"), Text(configured, "model")));

        var (inUse, refusal) = await gateway.SendAsync(HttpMethod.Delete, "/v1/routes/support");
        Assert.Equal((409, "route_in_use"), (inUse, refusal.Code()));
        await gateway.SendAsync(HttpMethod.Delete, "/v1/aliases/alias");
        Assert.Equal(200, (await gateway.SendAsync(HttpMethod.Delete, "/v1/routes/support")).Status);
        Assert.Equal("model_not_found", await gateway.AskModelAsync("support"));
        Assert.Equal(404, (await gateway.SendAsync(HttpMethod.Get, "/v1/routes/support")).Status);
        Assert.Equal(404, (await gateway.SendAsync(HttpMethod.Delete, "/v1/routes/support")).Status);
        Assert.Equal(version, await VersionAsync(gateway));
    }

    [Fact]
    public async Task Every_setting_comes_back_as_it_was_given_and_takes_effect()
    {
        await using var on = await GatewayOn.StartAsync(Store.Sqlite);
        Assert.Equal(200, (await PutAsync(on.Gateway, "whole", Whole)).Status);
        var shown = JsonNode.Parse((await on.Gateway.SendAsync(HttpMethod.Get, "/v1/routes/whole")).Body.GetRawText())!.AsObject();
        foreach (var (name, value) in JsonNode.Parse(Whole)!.AsObject())
        {
            Assert.True(Holds(shown[name], value), $"{name}: {shown[name]?.ToJsonString()}");
        }

        var ask = new { model = "whole", messages = new[] { new { role = "user", content = "hi" } } };
        var told = (await on.Gateway.SendAsync(HttpMethod.Post, "/v1/dry_run/chat/completions", ask)).Body;
        Assert.Equal("least_requests", Text(told.GetProperty("routing"), "policy"));
        Assert.Equal(["test/last"], told.GetProperty("fallbacks").EnumerateArray().Select(one => one.GetString()));
        Assert.Equal((1, 120_000), (told.GetProperty("max_retries").GetInt32(), told.GetProperty("timeouts_ms").GetProperty("total").GetInt64()));
    }

    [Theory]
    [InlineData("""{}""", "model")]
    [InlineData("""{"model":"test/m","modell":"x"}""", "modell")]
    [InlineData("""{"model":7}""", "model")]
    [InlineData("""{"model":"nobody/m"}""", "model")]
    [InlineData("""{"model":"configured"}""", "model")]
    [InlineData("""{"groups":[]}""", "model")]
    [InlineData("""{"groups":[null]}""", "groups[0]")]
    [InlineData("""{"groups":null}""", "groups")]
    [InlineData("""{"groups":[{"deployments":[{"model":"nobody/m"}]}]}""", "groups[0].deployments[0].model")]
    [InlineData("""{"groups":[{"policy":"best","deployments":[{"model":"test/m"}]}]}""", "groups[0].policy")]
    [InlineData("""{"groups":[{"deployments":[{"model":"test/m","weight":-1}]}]}""", "groups[0].deployments[0].weight")]
    [InlineData("""{"groups":[{"deployments":[{"model":"test/m","weight":0}]}]}""", "groups[0].deployments")]
    [InlineData("""{"groups":[{"when":[{"field":"weather","equals":"fine"}],"deployments":[{"model":"test/m"}]}]}""", "groups[0].when[0]")]
    [InlineData("""{"groups":[{"when":[{"field":"max_tokens","min":1e999}],"deployments":[{"model":"test/m"}]}]}""", "groups[0].when[0]")]
    [InlineData("""{"model":"test/m","fallbacks":["nowhere"]}""", "fallbacks[0]")]
    [InlineData("""{"model":"test/m","fallbacks":["bad"]}""", "fallbacks")]
    [InlineData("""{"model":"test/m","timeouts":{"connect_ms":1}}""", "timeouts.connect_ms")]
    [InlineData("""{"model":"test/m","timeouts":{"connect":"00:00:01"}}""", "timeouts.connect")]
    [InlineData("""{"model":"test/m","timeouts":{"first_byte_ms":9000,"total_ms":3000}}""", "timeouts.first_byte_ms")]
    [InlineData("""{"model":"test/m","retries":{"max_retries":99}}""", "retries.max_retries")]
    [InlineData("""{"model":"test/m","cache_ttl_ms":-1}""", "cache_ttl_ms")]
    public async Task A_mistake_is_refused_by_its_field_and_nothing_is_stored(string body, string field)
    {
        await using var on = await GatewayOn.StartAsync(Store.Sqlite, ("Gateway:Routes:configured:Model", "test/m"));
        var (status, answer) = await PutAsync(on.Gateway, "bad", body);
        Assert.Equal((400, field), (status, answer.Param()));
        Assert.Equal(["configured"], await on.Gateway.ListedAsync("/v1/routes"));
    }

    [Fact]
    public async Task Names_and_sizes_are_bounded()
    {
        await using var on = await GatewayOn.StartAsync(Store.Sqlite);
        foreach (var name in (string[])["a%2Fb", "-a", "a%20b", "ft:x", new string('a', 65)])
        {
            var (status, body) = await PutAsync(on.Gateway, name, """{"model":"test/m"}""");
            Assert.Equal((400, "name"), (status, body.Param()));
        }

        var deployments = string.Join(',', Enumerable.Range(0, 32).Select(number => $$"""{"model":"test/{{new string('m', 1200)}}{{number}}"}"""));
        Assert.Equal("route_too_large", (await PutAsync(on.Gateway, "large", $$"""{"groups":[{"deployments":[{{deployments}}]}]}""")).Body.Code());
    }

    [Fact]
    public async Task What_the_configuration_has_is_changed_there_only()
    {
        await using var on = await GatewayOn.StartAsync(Store.Sqlite, ("Gateway:Routes:configured:Model", "test/m"));
        var (status, body) = await PutAsync(on.Gateway, "configured", """{"model":"test/other"}""");
        Assert.Equal((409, "route_configured"), (status, body.Code()));
        Assert.Contains("Gateway:Routes:configured", body.GetProperty("error").GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Equal(409, (await on.Gateway.SendAsync(HttpMethod.Delete, "/v1/routes/configured")).Status);
        Assert.Equal("test/m", await on.Gateway.AskModelAsync("configured"));
    }

    [Theory]
    [InlineData(Store.Sqlite)]
    [InlineData(Store.Postgres)]
    public async Task A_change_that_is_based_on_an_older_version_is_refused(Store store)
    {
        await using var on = await GatewayOn.StartAsync(store);
        Assert.Equal(200, (await PutAsync(on.Gateway, "r", """{"model":"test/one","version":0}""")).Status);
        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(number => PutAsync(on.Gateway, "r", $$"""{"model":"test/{{number}}","version":1}""")));
        Assert.Equal((1, 5), (answers.Count(answer => answer.Status == 200), answers.Count(answer => answer.Status == 409)));
        Assert.Equal(409, (await on.Gateway.SendAsync(HttpMethod.Delete, "/v1/routes/r?version=1")).Status);
        Assert.Equal(200, (await on.Gateway.SendAsync(HttpMethod.Delete, "/v1/routes/r?version=2")).Status);
    }

    [Fact]
    public async Task A_rule_that_nothing_reaches_is_a_warning()
    {
        await using var on = await GatewayOn.StartAsync(Store.Sqlite);
        var (status, made) = await PutAsync(on.Gateway, "r", """{"groups":[{"deployments":[{"model":"test/one"}]},{"name":"never","deployments":[{"model":"test/two"}]}]}""");
        Assert.Equal(200, status);
        Assert.Equal("groups[1]: it is never reached: groups[0] takes every request that it is for.", Assert.Single(made.GetProperty("warnings").EnumerateArray()).GetString());
        var configuration = (await on.Gateway.SendAsync(HttpMethod.Get, "/v1/configuration")).Body;
        Assert.StartsWith("/v1/routes/r: groups[1]", Assert.Single(configuration.GetProperty("warnings").EnumerateArray()).GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stored_routes_fall_back_to_one_another_but_not_in_a_circle()
    {
        await using var on = await GatewayOn.StartAsync(Store.Sqlite);
        await PutAsync(on.Gateway, "last", """{"model":"test/last"}""");
        Assert.Equal(200, (await PutAsync(on.Gateway, "first", """{"model":"test/first","fallbacks":["last"]}""")).Status);
        var (status, circle) = await PutAsync(on.Gateway, "last", """{"model":"test/last","fallbacks":["first"]}""");
        Assert.Equal((400, "its fallbacks lead back to it."), (status, circle.GetProperty("error").GetProperty("message").GetString()));
        var (inUse, refusal) = await on.Gateway.SendAsync(HttpMethod.Delete, "/v1/routes/last");
        Assert.Equal((409, "route_in_use"), (inUse, refusal.Code()));
    }

    [Theory]
    [InlineData("inference")]
    [InlineData("data")]
    public async Task Only_an_admin_sees_and_changes_routes_and_providers(string scope)
    {
        await using var on = await GatewayOn.StartAsync(Store.Sqlite);
        var key = await on.Gateway.PostAsync("/v1/keys", new { scopes = new[] { scope } }, "key");
        (HttpMethod Method, string Path, object? Body)[] calls =
        [
            (HttpMethod.Get, "/v1/routes", null), (HttpMethod.Get, "/v1/routes/r", null), (HttpMethod.Put, "/v1/routes/r", new { model = "test/m" }),
            (HttpMethod.Delete, "/v1/routes/r", null), (HttpMethod.Get, "/v1/providers", null), (HttpMethod.Get, "/v1/providers/test", null),
            (HttpMethod.Post, "/v1/providers/test", new { enabled = false }),
        ];
        foreach (var (method, path, body) in calls)
        {
            var (status, answer) = await on.Gateway.SendAsync(method, path, body, key);
            Assert.Equal((403, "insufficient_scope"), (status, answer.Code()));
        }

        Assert.Empty(await on.Gateway.ListedAsync("/v1/routes"));
    }

    private static Task<(int Status, JsonElement Body)> PutAsync(InProcessGateway gateway, string name, string body) =>
        gateway.SendAsync(HttpMethod.Put, $"/v1/routes/{name}", JsonElement.Parse(body));

    private static async Task<string?> VersionAsync(InProcessGateway gateway) =>
        Text((await gateway.SendAsync(HttpMethod.Get, "/v1/configuration")).Body, "version");

    /// <summary>Whether what was shown has all that was given, and perhaps defaults beside it.</summary>
    private static bool Holds(JsonNode? shown, JsonNode? given) => given switch
    {
        JsonObject members => members.All(member => Holds((shown as JsonObject)?[member.Key], member.Value)),
        JsonArray items => shown is JsonArray found && found.Count == items.Count && items.Index().All(item => Holds(found[item.Index], item.Item)),
        _ => JsonNode.DeepEquals(shown, given),
    };

    private static string? Text(JsonElement body, string member) => body.GetProperty(member).GetString();
}
