using LlmGateway.Gateway.Tests.Experiments;
using LlmGateway.TestKit;

namespace LlmGateway.Gateway.Tests.ProjectModels;

public sealed class FineTunedModelTests
{
    private const string Id = "ft:chat:proj_default:intents:1";

    [Theory]
    [InlineData(Store.Sqlite)]
    [InlineData(Store.Postgres)]
    public async Task A_registered_model_is_listed_and_answers_until_it_is_deleted(Store store)
    {
        await using var on = await GatewayOn.StartAsync(store);
        var gateway = on.Gateway;
        Assert.Equal(200, (await gateway.RegisterAsync(Id)).Status);
        Assert.Equal(200, (await gateway.RegisterAsync(Id)).Status);
        Assert.Equal("test/tuned", await gateway.AskModelAsync(Id));
        Assert.Contains(Id, await gateway.ListedAsync("/v1/models"));
        var (_, model) = await gateway.SendAsync(HttpMethod.Get, $"/v1/models/{Id}");
        Assert.Equal(("proj_default", 1_790_000_000), (model.GetProperty("owned_by").GetString(), model.GetProperty("created").GetInt64()));

        var (status, deleted) = await gateway.SendAsync(HttpMethod.Delete, $"/v1/models/{Id}");
        Assert.Equal((200, "model", true), (status, deleted.GetProperty("object").GetString(), deleted.GetProperty("deleted").GetBoolean()));
        Assert.Equal("model_not_found", await gateway.AskModelAsync(Id));
        Assert.Equal(404, (await gateway.SendAsync(HttpMethod.Delete, $"/v1/models/{Id}")).Status);
    }

    [Fact]
    public async Task An_alias_may_stand_for_it_and_keeps_it_from_being_deleted_by_mistake()
    {
        await using var on = await GatewayOn.StartAsync(Store.Sqlite);
        await on.Gateway.RegisterAsync(Id);
        await on.Gateway.PutAliasAsync("intents", Id);
        Assert.Equal("test/tuned", await on.Gateway.AskModelAsync("intents"));
        Assert.Equal((409, "model_in_use"), Answer(await on.Gateway.SendAsync(HttpMethod.Delete, $"/v1/models/{Id}")));
        Assert.Equal("test/tuned", await on.Gateway.AskModelAsync("intents"));
    }

    [Fact]
    public async Task How_it_was_made_stands_beside_it_and_what_is_found_later_is_added()
    {
        await using var on = await GatewayOn.StartAsync(Store.Sqlite);
        await on.Gateway.RegisterAsync(Id, details: new { method = "supervised", dataset_hash = "abc" });
        await on.Gateway.RegisterAsync(Id, details: new { method = "supervised", dataset_hash = "abc", evaluation = new { verdict = "better" } });
        var (_, model) = await on.Gateway.SendAsync(HttpMethod.Get, $"/v1/models/{Id}");
        Assert.Equal(
            ("abc", "better", "test/gpt-4o-mini", "ftjob-1", "candidate"),
            (model.GetProperty("dataset_hash").GetString(), model.GetProperty("evaluation").GetProperty("verdict").GetString(), model.GetProperty("base_model").GetString(),
                model.GetProperty("job_id").GetString(), model.GetProperty("stage").GetString()));
    }

    [Fact]
    public async Task Aliases_and_experiments_say_where_it_stands_and_keep_it()
    {
        await using var on = await GatewayOn.StartAsync(Store.Sqlite);
        await on.Gateway.RegisterAsync(Id);
        var body = $$"""{"name": "try", "allocation": "canary", "variants": [{"name": "current"}, {"name": "tuned", "model": "{{Id}}"}]}""";
        await on.Gateway.ExperimentAsync(body);
        Assert.Equal("canary", await StageAsync(on));
        Assert.Equal((409, "model_in_use"), Answer(await on.Gateway.SendAsync(HttpMethod.Delete, $"/v1/models/{Id}")));
        await on.Gateway.SendAsync(HttpMethod.Post, "/v1/experiments/try/promote", new { variant = "tuned" });
        Assert.Equal("production", await StageAsync(on));
        await on.Gateway.SendAsync(HttpMethod.Delete, "/v1/experiments/try");
        Assert.Equal("candidate", await StageAsync(on));
        await on.Gateway.PutAliasAsync("intents", Id);
        Assert.Equal("production", await StageAsync(on));
    }

    [Fact]
    public async Task Another_project_neither_sees_nor_calls_nor_deletes_it()
    {
        await using var on = await GatewayOn.StartAsync(Store.Sqlite);
        var (_, key) = await on.Gateway.MakeProjectAsync();
        await on.Gateway.RegisterAsync(Id);
        Assert.Equal("model_not_found", await on.Gateway.AskModelAsync(Id, key));
        Assert.Equal("model_not_found", await on.Gateway.AskModelAsync("test/tuned", key));
        Assert.DoesNotContain(Id, await on.Gateway.ListedAsync("/v1/models", key));
        Assert.Equal(404, (await on.Gateway.SendAsync(HttpMethod.Get, $"/v1/models/{Id}", key: key)).Status);
        Assert.Equal(404, (await on.Gateway.SendAsync(HttpMethod.Delete, $"/v1/models/{Id}", key: key)).Status);
        Assert.Equal(400, (await on.Gateway.PutAliasAsync("theirs", Id, key: key)).Status);
        Assert.Equal("test/tuned", await on.Gateway.AskModelAsync(Id));
    }

    [Fact]
    public async Task An_id_never_comes_to_mean_another_model()
    {
        await using var on = await GatewayOn.StartAsync(Store.Sqlite);
        await on.Gateway.RegisterAsync(Id);
        Assert.Equal((409, "model_exists"), Answer(await on.Gateway.RegisterAsync(Id, model: "other")));
        var (project, _) = await on.Gateway.MakeProjectAsync();
        Assert.Equal((409, "model_exists"), Answer(await on.Gateway.RegisterAsync(Id, project)));
        Assert.Equal("test/tuned", await on.Gateway.AskModelAsync(Id));
    }

    [Theory]
    [InlineData("chat:x", "proj_default", "test", "m", "id")]
    [InlineData("ft:a b", "proj_default", "test", "m", "id")]
    [InlineData("ft:x", "proj_nobody", "test", "m", "project_id")]
    [InlineData("ft:x", "proj_default", "nobody", "m", "provider")]
    [InlineData("ft:x", "proj_default", "test", "", "model")]
    public async Task A_bad_registration_is_refused_by_its_field(string id, string project, string provider, string model, string field)
    {
        await using var on = await GatewayOn.StartAsync(Store.Sqlite);
        var (status, body) = await on.Gateway.RegisterAsync(id, project, provider, model);
        Assert.Equal((400, field), (status, body.Param()));
    }

    [Fact]
    public async Task Only_a_service_registers_and_retires_and_it_may_repeat_both()
    {
        await using var on = await GatewayOn.StartAsync(Store.Sqlite);
        await on.Gateway.RegisterAsync(Id);
        Assert.Equal(403, (await on.Gateway.SendAsync(HttpMethod.Delete, $"/internal/fine_tuned_models/{Id}", key: InProcessGateway.AdminKey)).Status);
        for (var attempt = 0; attempt < 2; attempt++)
        {
            Assert.Equal(200, (await on.Gateway.SendAsync(HttpMethod.Delete, $"/internal/fine_tuned_models/{Id}", key: on.Gateway.ServiceToken())).Status);
        }

        Assert.Equal("model_not_found", await on.Gateway.AskModelAsync(Id));
    }

    private static async Task<string?> StageAsync(GatewayOn on) =>
        (await on.Gateway.SendAsync(HttpMethod.Get, $"/v1/models/{Id}")).Body.GetProperty("stage").GetString();

    private static (int, string?) Answer((int Status, System.Text.Json.JsonElement Body) answer) => (answer.Status, answer.Body.Code());
}
