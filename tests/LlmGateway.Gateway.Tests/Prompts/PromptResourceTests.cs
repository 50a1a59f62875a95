using LlmGateway.Gateway.Tests.ProjectModels;

namespace LlmGateway.Gateway.Tests.Prompts;

public sealed class PromptResourceTests
{
    [Theory]
    [InlineData(Store.Sqlite)]
    [InlineData(Store.Postgres)]
    public async Task A_prompt_is_made_read_changed_listed_and_deleted(Store store)
    {
        await using var on = await GatewayOn.StartAsync(store);
        var gateway = on.Gateway;
        var id = await gateway.DeployPromptAsync("support", "Be kind.");
        Assert.StartsWith("prompt_", id, StringComparison.Ordinal);

        var (_, found) = await gateway.SendAsync(HttpMethod.Get, "/v1/prompts/support");
        Assert.Equal(("prompt", id, 1), (found.GetProperty("object").GetString(), found.GetProperty("id").GetString(), found.GetProperty("latest_version").GetInt32()));
        Assert.Equal(1, found.GetProperty("labels").GetProperty("production").GetInt32());
        Assert.Equal("support", (await gateway.SendAsync(HttpMethod.Get, $"/v1/prompts/{id}")).Body.GetProperty("name").GetString());

        var (status, changed) = await gateway.SendAsync(HttpMethod.Post, "/v1/prompts/support", new { description = "For support", metadata = new { team = "care" } });
        Assert.Equal((200, "For support", "care"), (status, changed.GetProperty("description").GetString(), changed.GetProperty("metadata").GetProperty("team").GetString()));

        var other = await gateway.DeployPromptAsync("other", "Be brief.");
        Assert.Equal([other, id], await gateway.ListedAsync("/v1/prompts"));
        Assert.Equal([id], await gateway.ListedAsync($"/v1/prompts?after={other}"));

        Assert.Equal(200, (await gateway.SendAsync(HttpMethod.Delete, "/v1/prompts/support")).Status);
        Assert.Equal(404, (await gateway.SendAsync(HttpMethod.Get, $"/v1/prompts/{id}")).Status);
        Assert.Equal(404, (await gateway.SendAsync(HttpMethod.Get, "/v1/prompts/support/versions/1")).Status);
        Assert.Equal("prompt_not_found", (await gateway.AskPromptAsync("prompt/support")).Body.Code());
        Assert.Equal([other], await gateway.ListedAsync("/v1/prompts"));
        Assert.NotEqual(id, await gateway.DeployPromptAsync("support", "Again."));
    }

    [Fact]
    public async Task A_name_is_given_once_in_a_project_whoever_is_first()
    {
        await using var on = await GatewayOn.StartAsync(Store.Sqlite);
        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => on.Gateway.SendAsync(HttpMethod.Post, "/v1/prompts", PromptCalls.Content("Be kind.", "support"))));
        Assert.Single(answers, answer => answer.Status == 200);
        Assert.All(answers.Where(answer => answer.Status != 200), answer => Assert.Equal((409, "prompt_exists"), (answer.Status, answer.Body.Code())));
    }

    [Theory]
    [InlineData("""{"messages":[{"role":"system","content":"x"}]}""", "name")]
    [InlineData("""{"name":"a b","messages":[{"role":"system","content":"x"}]}""", "name")]
    [InlineData("""{"name":"a@b","messages":[{"role":"system","content":"x"}]}""", "name")]
    [InlineData("""{"name":"a/b","messages":[{"role":"system","content":"x"}]}""", "name")]
    [InlineData("""{"name":"prompt_a","messages":[{"role":"system","content":"x"}]}""", "name")]
    [InlineData("""{"name":"a","messages":[{"role":"system"}]}""", "messages[0]")]
    [InlineData("""{"name":"a","messages":[null]}""", "messages[0]")]
    [InlineData("""{"name":"a","messages":null}""", "messages")]
    [InlineData("""{"name":"a","messages":[{"role":"robot","content":"x"}]}""", "messages[0].role")]
    [InlineData("""{"name":"a","messages":[{"role":"system","content":"x","name":"y"}]}""", "messages[0].name")]
    [InlineData("""{"name":"a","messages":[{"role":"system","content":"{{ x }}"}]}""", "messages[0].content")]
    [InlineData("""{"name":"a","messages":[{"role":"system","content":"{% if %}"}]}""", "messages[0].content")]
    [InlineData("""{"name":"a","temperature":1,"messages":[{"role":"system","content":"x"}]}""", "temperature")]
    [InlineData("""{"name":"a","parameters":{"messages":[]},"messages":[{"role":"system","content":"x"}]}""", "parameters.messages")]
    [InlineData("""{"name":"a","model":"prompt/a","messages":[{"role":"system","content":"x"}]}""", "model")]
    [InlineData("""{"name":"a","tools":["x"],"messages":[{"role":"system","content":"x"}]}""", "tools")]
    [InlineData("""{"name":"a","metadata":{"k":null},"messages":[{"role":"system","content":"x"}]}""", "metadata")]
    public async Task A_bad_prompt_is_refused_by_its_field_and_not_made(string body, string field)
    {
        await using var on = await GatewayOn.StartAsync(Store.Sqlite);
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        using var response = await on.Gateway.Http.PostAsync("/v1/prompts", content, TestContext.Current.CancellationToken);
        var error = System.Text.Json.JsonElement.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal((400, field), ((int)response.StatusCode, error.Param()));
        Assert.Empty(await on.Gateway.ListedAsync("/v1/prompts"));
    }

    [Fact]
    public async Task A_prompt_is_its_projects_own()
    {
        await using var on = await GatewayOn.StartAsync(Store.Sqlite);
        var gateway = on.Gateway;
        var (_, key) = await gateway.MakeProjectAsync();
        var id = await gateway.DeployPromptAsync("support", "Ours.");
        foreach (var path in (string[])["", "/versions", "/versions/1", "/labels", "/labels/production/history"])
        {
            Assert.Equal(404, (await gateway.SendAsync(HttpMethod.Get, $"/v1/prompts/{id}{path}", key: key)).Status);
        }

        Assert.Equal(404, (await gateway.MakeVersionAsync(id, PromptCalls.Content("Theirs."), key)).Status);
        Assert.Equal(404, (await gateway.PutLabelAsync(id, "production", 1, key: key)).Status);
        Assert.Equal(404, (await gateway.SendAsync(HttpMethod.Post, $"/v1/prompts/{id}/rollback", new { }, key)).Status);
        Assert.Equal(404, (await gateway.SendAsync(HttpMethod.Delete, $"/v1/prompts/{id}", key: key)).Status);
        Assert.Empty(await gateway.ListedAsync("/v1/prompts", key));
        Assert.Equal("prompt_not_found", (await gateway.AskPromptAsync($"prompt/{id}", key)).Body.Code());
        Assert.Equal("prompt_not_found", (await gateway.SendAsync(HttpMethod.Post, "/v1/prompts", PromptCalls.Content("{% prompt \"support\" %}", "thief"), key)).Body.Code());

        await gateway.DeployPromptAsync("support", "Theirs.", key);
        await gateway.AskPromptAsync("prompt/support", key);
        Assert.Equal("Theirs.", on.Upstream.Requests[^1].Json.GetProperty("messages")[0].GetProperty("content").GetString());
    }

    [Fact]
    public async Task A_key_that_may_only_call_models_calls_prompts_and_does_not_read_them()
    {
        await using var on = await GatewayOn.StartAsync(Store.Sqlite);
        await on.Gateway.DeployPromptAsync("support", "Be kind.");
        var key = await on.Gateway.PostAsync("/v1/keys", new { scopes = new[] { "inference" } }, "key");
        Assert.Equal((200, "support@1"), ((await on.Gateway.AskPromptAsync("prompt/support", key)).Status, (await on.Gateway.AskPromptAsync("prompt/support", key)).Prompt));
        Assert.Equal(403, (await on.Gateway.SendAsync(HttpMethod.Get, "/v1/prompts/support", key: key)).Status);
        Assert.Equal(403, (await on.Gateway.SendAsync(HttpMethod.Post, "/v1/prompts", PromptCalls.Content("x", "y"), key)).Status);
    }
}
