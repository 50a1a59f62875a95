using LlmGateway.Gateway.Tests.ProjectModels;
using LlmGateway.TestKit;
using LlmGateway.TestKit.Upstream;
using static LlmGateway.Gateway.Tests.Shadows.ShadowCalls;

namespace LlmGateway.Gateway.Tests.Shadows;

public sealed class ShadowTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(Store.Sqlite)]
    [InlineData(Store.Postgres)]
    public async Task A_call_is_made_again_with_the_candidate_and_its_account_is_kept(Store store)
    {
        await using var on = await GatewayOn.StartAsync(store, Priced);
        await on.Gateway.ShadowAsync(new { model = Candidate, parameters = new { temperature = 0.25, max_tokens = 9 } }, new { max_cost_usd = 1 });
        await on.Gateway.AskRouteAsync("What is new?");
        var shadow = await on.Gateway.UntilAsync(shadow => shadow.CostOf() > 0 && on.Upstream.Of(Candidate).Count > 0, "the candidate's call");

        var body = Assert.Single(on.Upstream.Of(Candidate)).Json;
        Assert.Equal((0.25, 9), (body.GetProperty("temperature").GetDouble(), body.GetProperty("max_tokens").GetInt32()));
        Assert.Equal("What is new?", body.GetProperty("messages")[0].GetProperty("content").GetString());
        Assert.Equal((1, 0, 0, 0.0018m), (shadow.Count("calls"), shadow.Count("errors"), shadow.Count("dropped"), shadow.CostOf()));
        Assert.Single(on.Upstream.Of(Route));
    }

    [Fact]
    public async Task What_a_guardrail_masks_goes_to_no_candidate_though_the_guardrail_is_not_for_it()
    {
        await using var on = await GatewayOn.StartAsync(Store.Sqlite);
        var guardrail = new { stage = "input", action = "mask", applies_to = new { models = new[] { Route } }, rule = new { type = "personal_data", kinds = new[] { "email" } } };
        Assert.Equal(200, (await on.Gateway.SendAsync(HttpMethod.Put, "/v1/guardrails/privacy", guardrail)).Status);
        await on.Gateway.ShadowAsync();
        await on.Gateway.AskRouteAsync("Write to ann@example.com");
        await on.Upstream.UntilAskedAsync(Candidate, 1);
        Assert.Equal("Write to <EMAIL_1>", on.Upstream.Of(Candidate)[0].Json.GetProperty("messages")[0].GetProperty("content").GetString());
    }

    [Fact]
    public async Task A_stream_is_made_again_without_streaming_and_a_response_too()
    {
        await using var on = await GatewayOn.StartAsync(Store.Sqlite);
        await on.Gateway.ShadowAsync();
        using var streamed = new StringContent(
            """{"model": "test/original", "stream": true, "stream_options": {"include_usage": true}, "messages": [{"role": "user", "content": "hi"}]}""", null, "application/json");
        var answer = await (await on.Gateway.Http.PostAsync("/v1/chat/completions", streamed, Cancellation)).Content.ReadAsStringAsync(Cancellation);
        Assert.EndsWith("data: [DONE]\n\n", answer);
        await on.Upstream.UntilAskedAsync(Candidate, 1);
        Assert.Equal(200, (await on.Gateway.SendAsync(HttpMethod.Post, "/v1/responses", new { model = Route, input = "hello" })).Status);
        await on.Upstream.UntilAskedAsync(Candidate, 2);
        var calls = on.Upstream.Of(Candidate);
        Assert.All(calls, call => Assert.False(call.Json.TryGetProperty("stream", out _) || call.Json.TryGetProperty("stream_options", out _)));
        Assert.EndsWith("/responses", calls[1].Path);
    }

    [Fact]
    public async Task The_caller_has_its_answer_while_the_candidate_still_thinks_and_never_learns_how_it_ends()
    {
        var thought = new TaskCompletionSource();
        await using var on = await GatewayOn.StartAsync(Store.Sqlite);
        await on.Gateway.ShadowAsync();
        on.Upstream.Enqueue(new UpstreamScript(), new UpstreamScript { Status = 418, BeforeHeaders = _ => thought.Task });
        await on.Gateway.AskRouteAsync();
        await on.Upstream.UntilAskedAsync(Candidate, 1);
        Assert.Equal(0, (await on.Gateway.ReadShadowAsync()).Count("errors"));
        thought.SetResult();
        var shadow = await on.Gateway.UntilAsync(shadow => shadow.Count("errors") == 1, "the error");
        Assert.NotNull(shadow.GetProperty("counts").GetProperty("last_error").GetString());
        Assert.Equal("active", shadow.GetProperty("status").GetString());
    }

    [Fact]
    public async Task A_candidates_own_call_is_not_mirrored_again()
    {
        await using var on = await GatewayOn.StartAsync(Store.Sqlite);
        await on.Gateway.ShadowAsync(new { parameters = new { temperature = 0.5 } });
        await on.Gateway.AskRouteAsync("one");
        await on.Upstream.UntilAskedAsync(Route, 2);
        await on.Gateway.AskRouteAsync("two");
        await on.Upstream.UntilAskedAsync(Route, 4);
        Assert.Equal(2, (await on.Gateway.ReadShadowAsync()).Count("calls"));
    }

    [Fact]
    public async Task Calls_that_failed_or_whose_bodies_are_not_logged_are_not_mirrored()
    {
        await using var on = await GatewayOn.StartAsync(Store.Sqlite);
        await on.Gateway.ShadowAsync();
        on.Upstream.Enqueue(new UpstreamScript { Status = 400 });
        var messages = new[] { new { role = "user", content = "secret" } };
        Assert.Equal(400, (await on.Gateway.SendAsync(HttpMethod.Post, "/v1/chat/completions", new { model = Route, messages })).Status);
        Assert.Equal(200, (await on.Gateway.SendAsync(HttpMethod.Post, "/v1/chat/completions", new { model = Route, store = false, messages })).Status);

        var (project, key) = await on.Gateway.MakeProjectAsync();
        await on.Gateway.ShadowAsync(key: key);
        await on.Gateway.SendAsync(HttpMethod.Post, $"/v1/projects/{project}", new { log_bodies = false });
        await on.Gateway.AskRouteAsync("secret", key);

        // What comes after them shows that they were passed over.
        await on.Gateway.AskRouteAsync("open");
        await on.Upstream.UntilAskedAsync(Candidate, 1);
        Assert.DoesNotContain("secret", Assert.Single(on.Upstream.Of(Candidate)).BodyText);
        Assert.Equal(0, (await on.Gateway.ReadShadowAsync(key: key)).Count("calls"));
    }

    [Fact]
    public async Task A_shadow_is_its_projects_own()
    {
        await using var on = await GatewayOn.StartAsync(Store.Sqlite);
        var (_, key) = await on.Gateway.MakeProjectAsync();
        var id = await on.Gateway.ShadowAsync();
        await on.Gateway.AskRouteAsync("theirs", key);
        Assert.Equal(404, (await on.Gateway.SendAsync(HttpMethod.Get, $"/v1/shadows/{id}", key: key)).Status);
        Assert.Equal(404, (await on.Gateway.SendAsync(HttpMethod.Post, $"/v1/shadows/{id}", new { status = "paused" }, key)).Status);
        Assert.Equal(404, (await on.Gateway.SendAsync(HttpMethod.Delete, "/v1/shadows/try", key: key)).Status);
        Assert.Empty(await on.Gateway.ListedAsync("/v1/shadows", key));
        await on.Gateway.ShadowAsync(key: key);
        await on.Gateway.AskRouteAsync("mine");
        await on.Upstream.UntilAskedAsync(Candidate, 1);
        Assert.Contains("mine", Assert.Single(on.Upstream.Of(Candidate)).BodyText);
    }

    [Fact]
    public async Task A_shadow_is_paused_goes_on_and_is_deleted_on_every_gateway()
    {
        await using var replicas = await Replicas.StartAsync();
        var id = await replicas.One.ShadowAsync();
        await MirroredAsync(replicas, replicas.Other, true);
        Assert.Equal("paused", (await replicas.One.SendAsync(HttpMethod.Post, $"/v1/shadows/{id}", new { status = "paused" })).Body.GetProperty("status").GetString());
        await MirroredAsync(replicas, replicas.Other, false);
        await replicas.One.SendAsync(HttpMethod.Post, "/v1/shadows/try", new { status = "active", share = 0.999999 });
        await MirroredAsync(replicas, replicas.Other, true);
        Assert.Equal([id], await replicas.Other.ListedAsync("/v1/shadows"));
        Assert.Equal(200, (await replicas.One.SendAsync(HttpMethod.Delete, "/v1/shadows/try")).Status);
        await MirroredAsync(replicas, replicas.Other, false);
        Assert.Equal(404, (await replicas.One.SendAsync(HttpMethod.Get, $"/v1/shadows/{id}")).Status);
    }

    /// <summary>Asks until calls are mirrored, or until one is not.</summary>
    private static Task MirroredAsync(Replicas replicas, InProcessGateway gateway, bool expected) => Eventually.TrueAsync(
        async token =>
        {
            replicas.Upstream.Forget();
            await gateway.AskRouteAsync(Guid.CreateVersion7().ToString());
            try
            {
                await Eventually.TrueAsync(() => replicas.Upstream.Of(Candidate).Count > 0, "the candidate's call", TimeSpan.FromMilliseconds(300), token);
                return expected;
            }
            catch (TimeoutException)
            {
                return !expected;
            }
        },
        expected ? "calls to be mirrored" : "calls to be mirrored no more",
        cancellationToken: Cancellation);
}
