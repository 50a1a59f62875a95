using LlmGateway.Gateway.Tests.ProjectModels;
using LlmGateway.TestKit.Upstream;
using static LlmGateway.Gateway.Tests.Routes.RoutedGateway;

namespace LlmGateway.Gateway.Tests.Routes;

/// <summary>What is tried after an attempt that failed, by the way in which it failed.</summary>
public sealed class FallbackTests
{
    private static readonly (string, string?)[] TwoRetries =
    [
        ("Gateway:Routes:r:Retries:MaxRetries", "2"), ("Gateway:Routes:r:Retries:InitialDelay", "00:00:00.010"), ("Gateway:Routes:r:Retries:MaxDelay", "00:00:00.100"),
    ];

    [Theory]
    [InlineData(500)]
    [InlineData(503)]
    [InlineData(408)]
    [InlineData(429)]
    [InlineData(401)]
    public async Task The_next_deployment_answers_for_one_that_fails(int status)
    {
        await using var routed = await StartAsync();
        routed.A.Script = new UpstreamScript { Status = status };
        var answer = await routed.AskAsync();
        Assert.Equal((200, "b/m", "2"), (answer.Status, answer.Deployment, answer.Attempts));
        Assert.Contains("from b", answer.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(UpstreamFault.CutBeforeHeaders)]
    [InlineData(UpstreamFault.CutInBody)]
    [InlineData(UpstreamFault.InvalidJson)]
    public async Task The_next_deployment_answers_for_one_that_breaks_off(UpstreamFault fault)
    {
        await using var routed = await StartAsync();
        routed.A.Script = new UpstreamScript { Fault = fault };
        Assert.Equal("b/m", (await routed.AskAsync()).Deployment);
    }

    [Fact]
    public async Task The_next_deployment_answers_for_one_that_nobody_listens_at()
    {
        await using var routed = await StartAsync();
        await routed.A.DisposeAsync();
        Assert.Equal("b/m", (await routed.AskAsync()).Deployment);
    }

    [Theory]
    [InlineData("""{"error":{"message":"it broke","type":"server_error","param":null,"code":null}}""", "application/json")]
    [InlineData("<html><body>Welcome to the proxy</body></html>", "text/html")]
    [InlineData("data: {\"error\":{\"message\":\"overloaded\",\"code\":\"overloaded_error\"}}\n\n", "text/event-stream")]
    [InlineData("data: {\"type\":\"error\",\"code\":\"server_error\",\"message\":\"x\"}\n\n", "text/event-stream")]
    [InlineData("data: {\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\"},\"finish_reason\":null}]}\n\ndata: {\"error\":{\"message\":\"x\"}}\n\n", "text/event-stream")]
    [InlineData("", "text/event-stream")]
    public async Task An_error_that_comes_with_200_is_none_where_another_deployment_answers(string body, string type)
    {
        await using var routed = await StartAsync();
        routed.A.Script = new UpstreamScript { Body = body, ContentType = type };
        var answer = await routed.AskAsync();
        Assert.Equal((200, "b/m"), (answer.Status, answer.Deployment));
        routed.B.Script = routed.A.Script;
        answer = await routed.AskAsync();
        Assert.Equal(502, answer.Status);
        Assert.StartsWith("upstream_", answer.Code, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Headers_without_end_are_a_502()
    {
        await using var routed = await StartAsync();
        routed.A.Script = routed.B.Script = new UpstreamScript { Headers = Enumerable.Range(0, 200).ToDictionary(index => $"x-{index}", _ => new string('x', 1000)) };
        var answer = await routed.AskAsync();
        Assert.Equal((502, "upstream_invalid_response"), (answer.Status, answer.Code));
    }

    [Theory]
    [InlineData(400)]
    [InlineData(404)]
    [InlineData(422)]
    public async Task What_the_provider_refuses_nobody_else_is_asked(int status)
    {
        await using var routed = await StartAsync(TwoRetries);
        routed.A.Script = new UpstreamScript { Status = status };
        var answer = await routed.AskAsync();
        Assert.Equal((status, "1"), (answer.Status, answer.Attempts));
        Assert.Empty(Calls(routed.B));
    }

    [Fact]
    public async Task A_deployment_is_asked_again_before_the_next_one()
    {
        await using var routed = await StartAsync(TwoRetries);
        routed.A.Script = new UpstreamScript { Status = 500 };
        Assert.Equal(("b/m", "4"), (await routed.AskAsync() is var answer ? answer.Deployment : null, answer.Attempts));
        Assert.Equal(3, Calls(routed.A).Length);
        routed.A.Enqueue(new UpstreamScript { Status = 500 });
        routed.A.Script = new UpstreamScript { Text = "from a" };
        Assert.Equal("a/m", (await routed.AskAsync()).Deployment);
    }

    [Fact]
    public async Task Without_another_one_the_caller_gets_the_providers_own_error()
    {
        await using var routed = await StartAsync(TwoRetries);
        routed.A.Script = routed.B.Script = new UpstreamScript { Status = 503, Body = """{"error":{"message":"busy","type":"t","param":null,"code":"busy"}}""" };
        var answer = await routed.AskAsync();
        Assert.Equal((503, "busy", "6"), (answer.Status, answer.Code, answer.Attempts));
    }

    [Fact]
    public async Task A_wish_to_be_left_alone_is_honoured_within_the_bound()
    {
        await using var routed = await StartAsync([.. TwoRetries, ("Gateway:Routes:r:Retries:MaxDelay", "00:00:01")]);
        routed.A.Enqueue(new UpstreamScript { Status = 429, Headers = new Dictionary<string, string> { ["retry-after-ms"] = "300", ["Retry-After"] = "9" } });
        Assert.Equal("a/m", (await routed.AskAsync()).Deployment);
        var calls = Calls(routed.A);
        Assert.True(calls[1].ReceivedAt - calls[0].ReceivedAt >= TimeSpan.FromMilliseconds(290), $"{calls[1].ReceivedAt - calls[0].ReceivedAt}");

        // A longer one is not waited for.
        routed.A.Enqueue(new UpstreamScript { Status = 503, Headers = new Dictionary<string, string> { ["Retry-After"] = "30" } });
        Assert.Equal(("b/m", "2"), (await routed.AskAsync() is var answer ? answer.Deployment : null, answer.Attempts));
    }

    [Fact]
    public async Task A_route_falls_back_to_others_and_to_models()
    {
        await using var routed = await StartAsync(
            [("Gateway:Routes:r:Model", "a/m"), ("Gateway:Routes:r:Fallbacks:0", "second"), ("Gateway:Routes:second:Model", "a/n"), ("Gateway:Routes:second:Fallbacks:0", "b/m")], []);
        routed.A.Script = new UpstreamScript { Status = 500 };
        var answer = await routed.AskAsync();
        Assert.Equal(("b/m", "3"), (answer.Deployment, answer.Attempts));
        Assert.Equal(["m", "n"], Calls(routed.A).Select(call => call.Json.GetProperty("model").GetString()));
    }

    [Theory]
    [InlineData("""{"error":{"message":"too long","type":"t","param":"messages","code":"context_length_exceeded"}}""", "a/large")]
    [InlineData("""{"type":"error","error":{"type":"invalid_request_error","message":"prompt is too long: 250000 tokens > 200000 maximum"}}""", "a/large")]
    [InlineData("""{"error":{"message":"filtered","type":"t","param":null,"code":"content_filter"}}""", "a/lenient")]
    public async Task Too_long_and_unwanted_requests_have_fallbacks_of_their_own(string error, string deployment)
    {
        await using var routed = await StartAsync(
            [("Gateway:Routes:r:Model", "a/m"), ("Gateway:Routes:r:Fallbacks:0", "b/m"), ("Gateway:Routes:r:ContextFallbacks:0", "a/large"), ("Gateway:Routes:r:ContentPolicyFallbacks:0", "a/lenient")], []);
        routed.A.Enqueue(new UpstreamScript { Status = 400, Body = error });
        Assert.Equal(deployment, (await routed.AskAsync()).Deployment);

        // Where it has none for such, the refusal stands.
        routed.A.Enqueue(new UpstreamScript { Status = 400, Body = error });
        Assert.Equal(400, (await routed.AskAsync(Question.Replace("\"r\"", "\"a/m\"", StringComparison.Ordinal))).Status);
    }

    [Fact]
    public async Task A_fallbacks_answer_is_kept_under_its_own_model_only()
    {
        await using var routed = await StartAsync();
        var body = Question.Replace("\"messages\"", "\"temperature\":0,\"messages\"", StringComparison.Ordinal);
        routed.A.Enqueue(new UpstreamScript { Status = 500 });
        Assert.Equal("b/m", (await routed.AskAsync(body)).Deployment);

        // The first model's own answer is still to be had, and the fallback's is not asked for twice.
        Assert.Contains("from a", (await routed.AskAsync(body)).Text, StringComparison.Ordinal);
        Assert.Contains("from b", (await routed.AskAsync(body.Replace("\"r\"", "\"b/m\"", StringComparison.Ordinal))).Text, StringComparison.Ordinal);
        Assert.Single(Calls(routed.B));
    }

    [Fact]
    public async Task A_key_that_may_call_one_deployment_only_gets_no_fallback_to_another()
    {
        await using var routed = await StartAsync();
        var project = await routed.Gateway.PostAsync("/v1/projects", new { name = "p" }, "id");
        var narrow = await routed.Gateway.PostAsync("/v1/keys", new { project_id = project, scopes = new[] { "inference" }, allowed_models = new[] { "a/m" } }, "key");
        var wide = await routed.Gateway.PostAsync("/v1/keys", new { project_id = project, scopes = new[] { "inference" }, allowed_models = new[] { "r" } }, "key");
        var none = await routed.Gateway.PostAsync("/v1/keys", new { project_id = project, scopes = new[] { "inference" }, allowed_models = new[] { "c/m" } }, "key");
        routed.A.Script = new UpstreamScript { Status = 500 };
        Assert.Equal(500, (await routed.AskAsync(key: narrow)).Status);
        Assert.Equal("b/m", (await routed.AskAsync(key: wide)).Deployment);
        Assert.Equal((403, "model_not_allowed"), (await routed.AskAsync(key: none) is var answer ? answer.Status : 0, answer.Code));
    }

    [Fact]
    public async Task A_projects_alias_may_stand_for_a_route()
    {
        await using var routed = await StartAsync();
        Assert.Equal(200, (await routed.Gateway.PutAliasAsync("mine", "r")).Status);
        routed.A.Script = new UpstreamScript { Status = 500 };
        Assert.Equal("b/m", (await routed.AskAsync(Question.Replace("\"r\"", "\"mine\"", StringComparison.Ordinal))).Deployment);
    }
}
