using System.Text.Json;
using LlmGateway.Gateway.Tests.ProjectModels;
using LlmGateway.TestKit;
using LlmGateway.TestKit.Servers;
using LlmGateway.TestKit.Upstream;

namespace LlmGateway.Gateway.Tests.Prompts;

/// <summary>What becomes of a request that names a prompt, as the provider gets it.</summary>
public sealed class PromptRequestTests
{
    private static readonly object[] Hi = [new { role = "user", content = "hi" }];

    [Fact]
    public async Task By_the_models_name_alone_a_request_is_made_from_a_prompt()
    {
        await using var on = await GatewayOn.StartAsync(Store.Sqlite);
        await on.Gateway.DeployPromptAsync("support", "Be kind to {{ name }}.", variables: [PromptCalls.Variable("name")], parameters: new { temperature = 0.5, top_p = 0.9 });
        var (status, body, prompt) = await on.Gateway.CallAsync(
            new { model = "prompt/support", temperature = 0, messages = Hi, logit_bias = new { x = 1 } }, variables: """{"name":"Zo\u00EB \"Z\" {{ x }}"}""");
        Assert.True(status == 200, body.ToString());
        Assert.Equal("support@1", prompt);

        var sent = on.Upstream.Requests[^1].Json;
        Assert.Equal("gpt-4o-mini", sent.GetProperty("model").GetString());
        Assert.Equal((0, 0.9), (sent.GetProperty("temperature").GetDouble(), sent.GetProperty("top_p").GetDouble()));
        Assert.Equal("""{"x":1}""", sent.GetProperty("logit_bias").GetRawText());
        Assert.Equal(["system: Be kind to Zoë \"Z\" {{ x }}.", "user: hi"], Messages(sent, "messages"));
    }

    [Theory]
    [InlineData("""{"id":"support"}""", "support@1")]
    [InlineData("""{"id":"support","version":2}""", "support@2")]
    [InlineData("""{"id":"support","version":"2"}""", "support@2")]
    [InlineData("""{"id":"support","label":"latest"}""", "support@2")]
    [InlineData("""{"id":"support@2"}""", "support@2")]
    public async Task By_its_member_prompt_a_request_needs_neither_model_nor_messages(string reference, string version)
    {
        await using var on = await GatewayOn.StartAsync(Store.Sqlite);
        await on.Gateway.DeployPromptAsync("support", "One.");
        await on.Gateway.MakeVersionAsync("support", PromptCalls.Content("Two."));
        var (status, body, prompt) = await on.Gateway.CallAsync(JsonElement.Parse($$"""{"prompt":{{reference}}}"""));
        Assert.True(status == 200, body.ToString());
        Assert.Equal(version, prompt);
        Assert.False(on.Upstream.Requests[^1].Json.TryGetProperty("prompt", out _));
    }

    [Fact]
    public async Task The_requests_own_model_tools_and_format_win()
    {
        await using var on = await GatewayOn.StartAsync(Store.Sqlite);
        await on.Gateway.SendAsync(HttpMethod.Post, "/v1/prompts", new
        {
            name = "support",
            model = "test/one",
            messages = new[] { new { role = "system", content = "x" } },
            parameters = new { max_completion_tokens = 5 },
            tools = new[] { new { type = "function", function = new { name = "theirs" } } },
            response_format = new { type = "json_object" },
        });
        await on.Gateway.CallAsync(new
        {
            model = "test/two",
            prompt = new { id = "support", label = "latest" },
            max_tokens = 7,
            tools = new[] { new { type = "function", function = new { name = "mine" } } },
            messages = Hi,
        });
        var sent = on.Upstream.Requests[^1].Json;
        Assert.Equal(("two", 7, "mine"), (sent.GetProperty("model").GetString(), sent.GetProperty("max_tokens").GetInt32(), sent.GetProperty("tools")[0].GetProperty("function").GetProperty("name").GetString()));
        Assert.Equal("json_object", sent.GetProperty("response_format").GetProperty("type").GetString());
        Assert.False(sent.TryGetProperty("max_completion_tokens", out _));
    }

    [Fact]
    public async Task In_the_responses_api_a_prompt_takes_that_apis_shapes()
    {
        await using var on = await GatewayOn.StartAsync(Store.Sqlite);
        await on.Gateway.SendAsync(HttpMethod.Post, "/v1/prompts", new
        {
            name = "support",
            model = "test/one",
            messages = new[] { new { role = "developer", content = "Be kind." } },
            parameters = new { max_completion_tokens = 5, reasoning_effort = "low" },
            tools = new[] { new { type = "function", function = new { name = "f", parameters = new { type = "object" } } } },
            response_format = new { type = "json_schema", json_schema = new { name = "s", schema = new { type = "object" } } },
        });
        var (status, body, _) = await on.Gateway.CallAsync(new { prompt = new { id = "support", version = "1" }, input = "hi" }, path: "/v1/responses");
        Assert.True(status == 200, body.ToString());
        var sent = on.Upstream.Requests[^1].Json;
        Assert.Equal(["developer: Be kind.", "user: hi"], Messages(sent, "input"));
        Assert.Equal("""[{"type":"function","name":"f","parameters":{"type":"object"}}]""", sent.GetProperty("tools").GetRawText());
        Assert.Equal("""{"format":{"type":"json_schema","name":"s","schema":{"type":"object"}}}""", sent.GetProperty("text").GetRawText());
        Assert.Equal((5, """{"effort":"low"}"""), (sent.GetProperty("max_output_tokens").GetInt32(), sent.GetProperty("reasoning").GetRawText()));

        await on.Gateway.CallAsync(new { model = "prompt/support@latest", input = Hi }, path: "/v1/responses");
        Assert.Equal(["developer: Be kind.", "user: hi"], Messages(on.Upstream.Requests[^1].Json, "input"));
    }

    [Fact]
    public async Task A_prompt_that_openai_keeps_goes_there_as_it_is()
    {
        await using var on = await GatewayOn.StartAsync(Store.Sqlite);
        await on.Gateway.CallAsync(new { model = "test/one", prompt = new { id = "pmpt_1", version = "2" } }, path: "/v1/responses");
        Assert.Equal("""{"id":"pmpt_1","version":"2"}""", on.Upstream.Requests[^1].Json.GetProperty("prompt").GetRawText());
        Assert.Equal((400, "prompt.id"), Fault(await on.Gateway.CallAsync(new { model = "test/one", prompt = new { id = "pmpt_1" }, messages = Hi })));
    }

    [Theory]
    [InlineData("""{"model":"prompt/support"}""", 400, "prompt.variables")]
    [InlineData("""{"prompt":{"id":"support","variables":{"name":1,"other":2}}}""", 400, "prompt.variables")]
    [InlineData("""{"prompt":{"id":"support","variables":{"name":"x"},"lable":"y"}}""", 400, "prompt.lable")]
    [InlineData("""{"prompt":{"id":"support","version":1,"label":"latest","variables":{"name":"x"}}}""", 400, "prompt.label")]
    [InlineData("""{"prompt":{"id":"support","version":"one"}}""", 400, "prompt.version")]
    [InlineData("""{"prompt":{"variables":{}}}""", 400, "prompt.id")]
    [InlineData("""{"prompt":{"id":"support","variables":[]}}""", 400, "prompt.variables")]
    [InlineData("""{"prompt":"support"}""", 400, "prompt")]
    [InlineData("""{"prompt":{"id":"support"},"model":"prompt/support"}""", 400, "model")]
    [InlineData("""{"prompt":{"id":"nobody"}}""", 404, "prompt.id")]
    [InlineData("""{"prompt":{"id":"support","version":9}}""", 404, "prompt.id")]
    [InlineData("""{"prompt":{"id":"support","label":"nowhere"}}""", 404, "prompt.id")]
    [InlineData("""{"model":"prompt/nobody"}""", 404, "model")]
    [InlineData("""{"model":"prompt/support@9"}""", 404, "model")]
    [InlineData("""{"model":"prompt/support@"}""", 404, "model")]
    [InlineData("""{"model":"prompt/"}""", 404, "model")]
    [InlineData("""{"prompt":{"id":"modelless"}}""", 400, "model")]
    [InlineData("""{"prompt":null,"messages":[]}""", 400, "model")]
    [InlineData("""{"model":"test/x","messages":[]}""", 400, "messages")]
    public async Task A_bad_reference_is_refused_by_its_field_and_nothing_is_called(string request, int status, string field)
    {
        await using var on = await GatewayOn.StartAsync(Store.Sqlite);
        await on.Gateway.DeployPromptAsync("support", "Be kind to {{ name }}.", variables: [PromptCalls.Variable("name")]);
        await on.Gateway.DeployPromptAsync("modelless", "x", model: null);
        on.Upstream.Forget();
        Assert.Equal((status, field), Fault(await on.Gateway.CallAsync(JsonElement.Parse(request))));
        Assert.DoesNotContain(on.Upstream.Requests, sent => sent.Method == "POST");
    }

    [Fact]
    public async Task Every_variable_that_does_not_fit_is_named_at_once()
    {
        await using var on = await GatewayOn.StartAsync(Store.Sqlite);
        await on.Gateway.DeployPromptAsync("support", "{{ a }}{{ b }}", variables: [PromptCalls.Variable("a"), PromptCalls.Variable("b", "integer")]);
        var (_, body, _) = await on.Gateway.CallAsync(new { prompt = new { id = "support", variables = new { b = "x", c = 1 } } });
        Assert.All((string[])["'a'", "'b'", "'c'"], name => Assert.Contains(name, body.Message(), StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("""{"a":1,"a":2}""")]
    public async Task Variables_in_the_header_are_an_object(string header)
    {
        await using var on = await GatewayOn.StartAsync(Store.Sqlite);
        await on.Gateway.DeployPromptAsync("support", "x");
        Assert.Equal((400, "x-llmgateway-prompt-variables"), Fault(await on.Gateway.CallAsync(new { model = "prompt/support", messages = Hi }, variables: header)));
    }

    [Fact]
    public async Task A_key_may_call_a_prompt_that_it_is_allowed_with_the_prompts_own_model_only()
    {
        await using var on = await GatewayOn.StartAsync(Store.Sqlite);
        var (_, key) = await on.Gateway.MakeProjectAsync(["prompt/allowed", "test/by-model"]);
        await on.Gateway.DeployPromptAsync("allowed", "x", key, "test/dear");
        await on.Gateway.DeployPromptAsync("cheap", "x", key, "test/by-model");
        await on.Gateway.DeployPromptAsync("forbidden", "x", key, "test/dear");
        Assert.Equal(200, (await on.Gateway.AskPromptAsync("prompt/allowed", key)).Status);
        Assert.Equal(200, (await on.Gateway.AskPromptAsync("prompt/cheap", key)).Status);
        Assert.Equal("model_not_allowed", (await on.Gateway.AskPromptAsync("prompt/forbidden", key)).Body.Code());
        Assert.Equal("model_not_allowed", (await on.Gateway.CallAsync(new { model = "test/other", prompt = new { id = "allowed" }, messages = Hi }, key)).Body.Code());
    }

    [Fact]
    public async Task Requests_that_render_to_the_same_are_cached_as_one()
    {
        await using var on = await GatewayOn.StartAsync(Store.Sqlite);
        await on.Gateway.DeployPromptAsync("support", "Be kind.", parameters: new { temperature = 0 });
        await on.Gateway.AskPromptAsync("prompt/support");
        await on.Gateway.AskPromptAsync("prompt/support@1");
        await on.Gateway.CallAsync(new { model = "test/gpt-4o-mini", temperature = 0, messages = new object[] { new { role = "system", content = "Be kind." }, new { role = "user", content = "hi" } } });
        Assert.Single(on.Upstream.Requests, request => request.Method == "POST");
    }

    [Fact]
    public async Task Examples_that_fit_the_users_question_go_before_it()
    {
        await using var on = await GatewayOn.StartAsync(Store.Sqlite);
        await on.Gateway.SendAsync(HttpMethod.Post, "/v1/prompts", new
        {
            name = "intents",
            model = "test/one",
            messages = new[] { new { role = "system", content = "Name the intent." } },
            few_shot = new
            {
                k = 1,
                examples = new[] { new { input = "Where is my new card?", output = "card_arrival" }, new { input = "Give me my money back", output = "refund" } },
            },
        });
        var (status, body, _) = await on.Gateway.CallAsync(new { model = "prompt/intents@latest", messages = new[] { new { role = "user", content = "I want my money" } } });
        Assert.True(status == 200, body.ToString());
        Assert.Equal(
            ["system: Name the intent.", "user: Give me my money back", "assistant: refund", "user: I want my money"], Messages(on.Upstream.Requests[^1].Json, "messages"));
    }

    [Fact]
    public async Task While_the_database_is_away_known_versions_go_on_and_others_wait_for_it()
    {
        Assert.SkipWhen(TestServers.SkipReason is not null, TestServers.SkipReason ?? "");
        await using var servers = await ServerSet.StartNewAsync("postgres");
        await using var upstream = await UpstreamServer.StartAsync();
        await using var gateway = await InProcessGateway.StartAsync(upstream.BaseUrl, ("ConnectionStrings:gateway", servers.Postgres));
        await gateway.DeployPromptAsync("support", "One.");
        await gateway.MakeVersionAsync("support", PromptCalls.Content("Two."));
        await gateway.AskPromptAsync("prompt/support");
        await servers.KillAsync("postgres");
        Assert.Equal((200, "support@1"), ((await gateway.AskPromptAsync("prompt/support")).Status, (await gateway.AskPromptAsync("prompt/support")).Prompt));
        Assert.Equal((503, "store_unavailable"), ((await gateway.AskPromptAsync("prompt/support@2")).Status, (await gateway.AskPromptAsync("prompt/support@2")).Body.Code()));
        Assert.Equal(404, (await gateway.AskPromptAsync("prompt/nobody")).Status);

        await servers.StartAsync("postgres");
        await Eventually.TrueAsync(
            async _ => (await gateway.AskPromptAsync("prompt/support@2")).Status == 200, "the database to be back", TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
    }

    private static (int Status, string? Param) Fault((int Status, JsonElement Body, string? Prompt) answer)
    {
        Assert.True(answer.Status >= 400, answer.Body.ToString());
        return (answer.Status, answer.Body.Param());
    }

    private static string[] Messages(JsonElement sent, string list) =>
        [.. sent.GetProperty(list).EnumerateArray().Select(message => $"{message.GetProperty("role").GetString()}: {message.GetProperty("content").GetString()}")];
}
