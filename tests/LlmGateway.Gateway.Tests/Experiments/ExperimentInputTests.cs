using System.Text.Json.Nodes;
using LlmGateway.Gateway.Tests.ProjectModels;
using static LlmGateway.Gateway.Tests.Experiments.ExperimentCalls;

namespace LlmGateway.Gateway.Tests.Experiments;

public sealed class ExperimentInputTests
{
    [Theory]
    [InlineData("name", "\"a b\"", "name")]
    [InlineData("model", null, "model")]
    [InlineData("model", "\"nobody-has-this\"", "model")]
    [InlineData("variants", null, "variants")]
    [InlineData("variants", """[{"name": "control"}]""", "variants")]
    [InlineData("variants", """[{"name": "control"}, null]""", "variants[1]")]
    [InlineData("variants", """[{"name": "control"}, {"model": "test/b"}]""", "variants[1].name")]
    [InlineData("variants", """[{"name": "a"}, {"name": "a"}]""", "variants[1].name")]
    [InlineData("variants", """[{"name": "a"}, {"name": "b", "model": "nobody-has-this"}]""", "variants[1].model")]
    [InlineData("variants", """[{"name": "a"}, {"name": "b", "model": "prompt/support"}]""", "variants[1].model")]
    [InlineData("variants", """[{"name": "a"}, {"name": "b", "prompt": {"id": ""}}]""", "variants[1].prompt")]
    [InlineData("variants", """[{"name": "a"}, {"name": "b", "parameters": {"messages": []}}]""", "variants[1].parameters.messages")]
    [InlineData("variants", """[{"name": "a"}, {"name": "b", "parameters": {"temperature": "hot"}}]""", "variants[1].parameters.temperature")]
    [InlineData("variants", """[{"name": "a"}, {"name": "b", "parameters": {"tools": [1]}}]""", "variants[1].parameters.tools")]
    [InlineData("variants", """[{"name": "a", "weight": 0.5}, {"name": "b"}]""", "variants[1].weight")]
    [InlineData("variants", """[{"name": "a", "weight": 0.5}, {"name": "b", "weight": 0.6}]""", "variants")]
    [InlineData("allocation", "\"random\"", "allocation")]
    [InlineData("steps", "[0.5, 1]", "steps")]
    [InlineData("unit", "\"call\"", "unit")]
    [InlineData("goal", null, "goal")]
    [InlineData("goal", """{"metric": "a b", "effect": 1}""", "goal.metric")]
    [InlineData("goal", """{"metric": "good"}""", "goal.effect")]
    [InlineData("goal", """{"metric": "latency_ms", "optimize": "max", "effect": 1}""", "goal.optimize")]
    [InlineData("guardrails", """[{"metric": "cost_usd", "margin": -1, "effect": 1}]""", "guardrails[0].margin")]
    [InlineData("guardrails", """[{"metric": "good", "effect": 1}, {"metric": "good", "effect": 1}]""", "guardrails[1].metric")]
    [InlineData("guardrails", "[null]", "guardrails[0]")]
    [InlineData("min_units", "0", "min_units")]
    [InlineData("max_units", "199", "max_units")]
    [InlineData("min_seconds", "-1", "min_seconds")]
    [InlineData("alpha", "0.3", "alpha")]
    public async Task A_bad_field_is_refused_by_its_name_and_nothing_is_made(string field, string? json, string param)
    {
        await using var on = await GatewayOn.StartAsync(Store.Sqlite);
        var body = Good();
        body.Remove(field);
        if (json is not null)
        {
            body[field] = JsonNode.Parse(json);
        }

        var (status, error) = await on.Gateway.SendAsync(HttpMethod.Post, "/v1/experiments", body);
        Assert.Equal((400, param), (status, error.Param()));
        Assert.Empty(await on.Gateway.ListedAsync("/v1/experiments"));
    }

    [Fact]
    public async Task What_is_left_out_has_its_default()
    {
        await using var on = await GatewayOn.StartAsync(Store.Sqlite);
        var experiment = await on.Gateway.ExperimentAsync();
        Assert.Equal(("static", "episode", 100, 0.05), (
            experiment.GetProperty("allocation").GetString(), experiment.GetProperty("unit").GetString(),
            experiment.GetProperty("min_units").GetInt32(), experiment.GetProperty("alpha").GetDouble()));
        Assert.Equal(["error_rate", "latency_ms"], experiment.GetProperty("guardrails").EnumerateArray().Select(one => one.GetProperty("metric").GetString()));
        Assert.Equal([0.5, 0.5], experiment.GetProperty("variants").EnumerateArray().Select(one => one.GetProperty("weight").GetDouble()));
        Assert.Equal("max", experiment.GetProperty("goal").GetProperty("optimize").GetString());

        var canary = await on.Gateway.ExperimentAsync("""{"name": "canary", "model": "test/other", "allocation": "canary"}""");
        Assert.Equal([0.99, 0.01], canary.GetProperty("variants").EnumerateArray().Select(one => one.GetProperty("weight").GetDouble()));
        Assert.Equal((5, 500), (canary.GetProperty("steps").GetArrayLength(), canary.GetProperty("min_units").GetInt32()));
    }

    [Fact]
    public async Task A_route_has_one_running_experiment_and_a_name_is_taken_once()
    {
        await using var on = await GatewayOn.StartAsync(Store.Sqlite);
        await on.Gateway.ExperimentAsync("""{"model": "prompt/support"}""");
        var body = Good();
        (body["name"], body["model"]) = ("other", "prompt/support@production");
        Assert.Equal((409, "experiment_running"), await CodeAsync(on, "/v1/experiments", body));
        (body["name"], body["model"]) = ("try", Route);
        Assert.Equal((409, "name_taken"), await CodeAsync(on, "/v1/experiments", body));

        Assert.Equal(200, (await on.Gateway.SendAsync(HttpMethod.Post, "/v1/experiments/try", new { status = "paused" })).Status);
        await on.Gateway.ExperimentAsync("""{"name": "other", "model": "prompt/support@production"}""");
        Assert.Equal((409, "experiment_running"), await CodeAsync(on, "/v1/experiments/try", new { status = "running" }));
    }

    [Fact]
    public async Task Weights_are_set_of_static_experiments_only()
    {
        await using var on = await GatewayOn.StartAsync(Store.Sqlite);
        await on.Gateway.ExperimentAsync();
        Assert.Equal((400, "invalid_value"), await CodeAsync(on, "/v1/experiments/try", new { weights = new { control = 1.0 } }));
        Assert.Equal((400, "invalid_value"), await CodeAsync(on, "/v1/experiments/try", new { weights = new { control = 0.9, better = 0.2 } }));
        Assert.Equal((400, "invalid_value"), await CodeAsync(on, "/v1/experiments/try", new { status = "promoted" }));
        var (_, changed) = await on.Gateway.SendAsync(HttpMethod.Post, "/v1/experiments/try", new { weights = new { control = 0.9, better = 0.1 }, reason = "too fast" });
        Assert.Equal((2, 2), (changed.GetProperty("stage").GetInt32(), changed.GetProperty("version").GetInt32()));
        var told = (await on.Gateway.EventsAsync())[0];
        Assert.Equal(("update", "too fast", 0.5, 0.1), (
            told.GetProperty("action").GetString(), told.GetProperty("reason").GetString(),
            told.GetProperty("weights_before").GetProperty("better").GetDouble(), told.GetProperty("weights_after").GetProperty("better").GetDouble()));

        await on.Gateway.ExperimentAsync("""{"name": "canary", "model": "test/other", "allocation": "canary"}""");
        Assert.Equal((400, "invalid_value"), await CodeAsync(on, "/v1/experiments/canary", new { weights = new { control = 0.9, better = 0.1 } }));
    }

    [Fact]
    public async Task Admins_change_experiments_data_keys_read_them_and_other_projects_see_none()
    {
        await using var on = await GatewayOn.StartAsync(Store.Sqlite);
        await on.Gateway.ExperimentAsync();
        var data = await on.Gateway.PostAsync("/v1/keys", new { scopes = new[] { "data" } }, "key");
        var (_, other) = await on.Gateway.MakeProjectAsync();
        Assert.Equal(403, (await on.Gateway.SendAsync(HttpMethod.Post, "/v1/experiments/try/rollback", new { }, data)).Status);
        Assert.Equal(200, (await on.Gateway.SendAsync(HttpMethod.Get, "/v1/experiments/try/events", key: data)).Status);
        foreach (var path in (string[])["/v1/experiments/try", "/v1/experiments/try/events"])
        {
            Assert.Equal(404, (await on.Gateway.SendAsync(HttpMethod.Get, path, key: other)).Status);
        }

        Assert.Equal(404, (await on.Gateway.SendAsync(HttpMethod.Post, "/v1/experiments/try/promote", new { variant = "better" }, other)).Status);
        Assert.Equal(404, (await on.Gateway.SendAsync(HttpMethod.Delete, "/v1/experiments/try", key: other)).Status);
        Assert.Empty(await on.Gateway.ListedAsync("/v1/experiments", other));
        Assert.Equal(403, (await on.Gateway.SendAsync(HttpMethod.Get, "/internal/experiments")).Status);
    }

    private static async Task<(int, string?)> CodeAsync(GatewayOn on, string path, object body)
    {
        var (status, error) = await on.Gateway.SendAsync(HttpMethod.Post, path, body);
        return (status, error.Code());
    }
}
