using System.Text.Json;
using LlmGateway.Gateway.Tests.ProjectModels;
using LlmGateway.TestKit;
using LlmGateway.TestKit.Upstream;
using static LlmGateway.Gateway.Tests.Routes.RoutedGateway;

namespace LlmGateway.Gateway.Tests.Providers;

/// <summary>What operators see of providers, and their switch.</summary>
public sealed class ProviderTests
{
    [Fact]
    public async Task A_provider_is_shown_without_its_secrets()
    {
        await using var routed = await StartAsync(
            ("Gateway:Providers:secret:BaseUrl", "https://user:pass-canary@provider.test/v1?token=query-canary"), ("Gateway:Providers:secret:ApiKeys:0", "key-canary-1"),
            ("Gateway:Providers:secret:ApiKeys:1", "key-canary-2"), ("Gateway:Providers:secret:Models:0", "m"), ("Gateway:Providers:secret:Timeouts:Connect", "00:00:03"));
        var list = (await routed.Gateway.SendAsync(HttpMethod.Get, "/v1/providers")).Body;
        Assert.DoesNotContain("canary", list.GetRawText(), StringComparison.Ordinal);
        Assert.DoesNotContain("key-a", list.GetRawText(), StringComparison.Ordinal);
        Assert.Equal(["a", "b", "secret", "test"], list.GetProperty("data").EnumerateArray().Select(one => Text(one, "id")));
        Assert.Equal(["secret", "test"], await routed.Gateway.ListedAsync("/v1/providers?after=b"));

        var shown = (await routed.Gateway.SendAsync(HttpMethod.Get, "/v1/providers/secret")).Body;
        Assert.Equal(("openai", "https://provider.test/v1", 2), (Text(shown, "kind"), Text(shown, "base_url"), shown.GetProperty("key_count").GetInt32()));
        Assert.Equal((3000, true, "healthy"), (shown.GetProperty("timeouts_ms").GetProperty("connect").GetInt32(), shown.GetProperty("enabled").GetBoolean(), Text(shown, "state")));
        var used = (await routed.Gateway.SendAsync(HttpMethod.Get, "/v1/providers/a")).Body;
        Assert.Equal("r", Assert.Single(used.GetProperty("routes").EnumerateArray()).GetString());
        Assert.Equal(404, (await routed.Gateway.SendAsync(HttpMethod.Get, "/v1/providers/nobody")).Status);
    }

    [Fact]
    public async Task A_disabled_provider_is_passed_over_and_told_of_everywhere()
    {
        await using var routed = await StartAsync();
        Assert.Equal("a/m", (await routed.AskAsync()).Deployment);
        var (status, disabled) = await SwitchAsync(routed.Gateway, "a", new { enabled = false, reason = "their incident 4711" });
        Assert.Equal((200, false, "disabled"), (status, disabled.GetProperty("enabled").GetBoolean(), Text(disabled, "state")));
        Assert.Equal("their incident 4711", Text(disabled.GetProperty("disabled"), "reason"));

        var before = Calls(routed.A).Length;
        using var answer = await routed.Gateway.Http.PostAsync("/v1/chat/completions", new StringContent(Question, null, "application/json"), TestContext.Current.CancellationToken);
        Assert.Equal("b/m", answer.Headers.GetValues("x-llmgateway-deployment").Single());
        Assert.Equal("a", answer.Headers.GetValues("x-llmgateway-disabled-providers").Single());
        Assert.Equal(before, Calls(routed.A).Length);

        var told = JsonElement.Parse((await routed.AskAsync(path: "/v1/dry_run/chat/completions")).Text).GetProperty("routing");
        var passed = Assert.Single(told.GetProperty("passed_over").EnumerateArray());
        Assert.Contains("provider_disabled", passed.GetRawText(), StringComparison.Ordinal);
        var health = await routed.HealthAsync("a");
        Assert.Equal(("disabled", "their incident 4711"), (Text(health, "state"), Text(health.GetProperty("disabled"), "reason")));

        Assert.Equal((200, true), (await SwitchAsync(routed.Gateway, "a", new { enabled = true })) is var on ? (on.Status, on.Body.GetProperty("enabled").GetBoolean()) : default);
        Assert.Equal("a/m", (await routed.AskAsync()).Deployment);
    }

    [Fact]
    public async Task A_request_that_may_go_to_disabled_providers_only_is_told_so()
    {
        await using var routed = await StartAsync();
        await SwitchAsync(routed.Gateway, "a", new { enabled = false });
        var (_, both) = await SwitchAsync(routed.Gateway, "b", new { enabled = false });
        Assert.Contains("route 'r'", Assert.Single(both.GetProperty("warnings").EnumerateArray()).GetString(), StringComparison.Ordinal);
        foreach (var path in (string[])["/v1/chat/completions", "/v1/dry_run/chat/completions"])
        {
            var refused = await routed.AskAsync(path: path);
            Assert.Equal((503, "provider_disabled"), (refused.Status, refused.Code));
            Assert.Contains("'a', 'b'", refused.Text, StringComparison.Ordinal);
            Assert.Contains("POST /v1/providers/a", refused.Text, StringComparison.Ordinal);
        }

        Assert.Equal((503, "provider_disabled"), (await routed.AskAsync(Question.Replace("\"r\"", "\"a/m\"", StringComparison.Ordinal))) is var direct ? (direct.Status, direct.Code) : default);
        Assert.Empty(Calls(routed.A));
        Assert.Empty(Calls(routed.B));
    }

    [Fact]
    public async Task It_is_no_last_resort_though_another_one_rests()
    {
        await using var routed = await StartAsync(("Gateway:Providers:b:Breaker:MinimumRequests", "1"));
        await SwitchAsync(routed.Gateway, "a", new { enabled = false });
        routed.B.Enqueue(new UpstreamScript { Status = 500 });
        Assert.Equal(500, (await routed.AskAsync()).Status);
        Assert.Equal("open", Text((await routed.HealthAsync("b")).GetProperty("deployments")[0], "circuit"));
        Assert.Equal("b/m", (await routed.AskAsync()).Deployment);
        Assert.Empty(Calls(routed.A));
    }

    [Fact]
    public async Task The_last_resort_of_a_fallback_is_asked_where_the_route_itself_is_disabled()
    {
        await using var routed = await StartAsync(
            [("Gateway:Routes:r:Model", "a/m"), ("Gateway:Routes:r:Fallbacks:0", "b/m"), ("Gateway:Providers:b:Breaker:MinimumRequests", "1")], []);
        await SwitchAsync(routed.Gateway, "a", new { enabled = false });
        routed.B.Enqueue(new UpstreamScript { Status = 500 });
        Assert.Equal(500, (await routed.AskAsync()).Status);
        Assert.Equal("b/m", (await routed.AskAsync()).Deployment);
    }

    [Fact]
    public async Task A_call_that_fails_at_a_provider_is_not_tried_there_again_once_it_is_disabled()
    {
        var release = new TaskCompletionSource();
        await using var routed = await StartAsync(("Gateway:Routes:r:Retries:MaxRetries", "3"), ("Gateway:Routes:r:Retries:InitialDelay", "00:00:00.001"));
        routed.A.Enqueue(new UpstreamScript { Status = 500, BeforeHeaders = token => release.Task.WaitAsync(token) });
        var asking = routed.AskAsync();
        await Eventually.TrueAsync(() => Calls(routed.A).Length == 1, "the call to be under way", cancellationToken: TestContext.Current.CancellationToken);
        await SwitchAsync(routed.Gateway, "a", new { enabled = false });
        release.SetResult();
        Assert.Equal(("b/m", "2"), (await asking) is var answer ? (answer.Deployment, answer.Attempts) : default);
        Assert.Single(Calls(routed.A));
    }

    [Fact]
    public async Task What_is_forwarded_unread_does_not_go_to_it_either()
    {
        await using var routed = await StartAsync(("Gateway:DefaultProvider", "a"));
        await SwitchAsync(routed.Gateway, "a", new { enabled = false });
        var refused = await routed.AskAsync("""{"input":"hi"}""", path: "/v1/moderations");
        Assert.Equal((503, "provider_disabled"), (refused.Status, refused.Code));
    }

    [Theory]
    [InlineData("""{}""", "enabled")]
    [InlineData("""{"enabled":true,"reason":"why?"}""", "reason")]
    [InlineData("""{"enabled":false,"reason":" "}""", "reason")]
    public async Task A_bad_switch_is_refused_by_its_field(string body, string field)
    {
        await using var routed = await StartAsync();
        var (status, answer) = await SwitchAsync(routed.Gateway, "a", JsonElement.Parse(body));
        Assert.Equal((400, field), (status, answer.Param()));
        Assert.Equal(400, (await SwitchAsync(routed.Gateway, "a", new { enabled = false, base_url = "http://elsewhere.test" })).Status);
        Assert.Equal(404, (await SwitchAsync(routed.Gateway, "nobody", new { enabled = false })).Status);
        Assert.True((await routed.Gateway.SendAsync(HttpMethod.Get, "/v1/providers/a")).Body.GetProperty("enabled").GetBoolean());
    }

    private static Task<(int Status, JsonElement Body)> SwitchAsync(InProcessGateway gateway, string provider, object body) =>
        gateway.SendAsync(HttpMethod.Post, $"/v1/providers/{provider}", body);

    private static string? Text(JsonElement body, string member) => body.GetProperty(member).GetString();
}
