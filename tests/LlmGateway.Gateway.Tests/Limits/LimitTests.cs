using System.Globalization;
using System.Text.Json;
using LlmGateway.TestKit;
using LlmGateway.TestKit.Upstream;

namespace LlmGateway.Gateway.Tests.Limits;

/// <summary>Limits of one gateway without Redis, as Standalone has them.</summary>
public sealed class LimitTests : IAsyncLifetime
{
    private UpstreamServer _upstream = null!;
    private InProcessGateway _gateway = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _upstream = await UpstreamServer.StartAsync();
        _gateway = await InProcessGateway.StartAsync(_upstream.BaseUrl, [InProcessGateway.KnownModel, .. LimitCalls.Prices]);
    }

    public async ValueTask DisposeAsync()
    {
        await _gateway.DisposeAsync();
        await _upstream.DisposeAsync();
    }

    [Fact]
    public async Task A_burst_lets_exactly_the_limit_through_and_the_refusals_say_why()
    {
        var limit = await _gateway.LimitAsync(LimitCalls.Limit("requests", "month", 5));
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => _gateway.CallAsync(cancellationToken: Cancellation)));

        Assert.Equal(5, answers.Count(answer => answer.Status == 200));
        Assert.Equal(5, _upstream.Requests.Count(request => request.Method == "POST"));
        var refused = answers.Where(answer => answer.Status == 429).ToList();
        Assert.Equal(15, refused.Count);
        Assert.All(refused, answer =>
        {
            Assert.Equal("rate_limit_exceeded", answer.Code);
            Assert.Contains($"The gateway's limit 'test' ({limit}) of 5 requests per month for project 'proj_default' has no room: 5 requests used or set aside", answer.Text, StringComparison.Ordinal);
            Assert.Equal("5", answer.Header("x-ratelimit-limit-requests"));
            Assert.Equal("0", answer.Header("x-ratelimit-remaining-requests"));
            Assert.InRange(int.Parse(answer.Header("Retry-After")!, CultureInfo.InvariantCulture), 1, 31 * 86_400);
        });
        Assert.Equal(["0", "1", "2", "3", "4"], answers.Where(answer => answer.Status == 200).Select(answer => answer.Header("x-ratelimit-remaining-requests")).Order());
    }

    [Fact]
    public async Task Where_no_limit_is_there_is_no_header_and_the_providers_own_pass()
    {
        _upstream.Script = new UpstreamScript { Headers = new Dictionary<string, string> { ["x-ratelimit-remaining-requests"] = "77" } };
        Assert.Equal("77", (await _gateway.CallAsync(cancellationToken: Cancellation)).Header("x-ratelimit-remaining-requests"));

        await _gateway.LimitAsync(LimitCalls.Limit("tokens", "month", 5000));
        var limited = await _gateway.CallAsync(cancellationToken: Cancellation);
        Assert.Null(limited.Header("x-ratelimit-remaining-requests"));
        Assert.Equal("5000", limited.Header("x-ratelimit-limit-tokens"));
    }

    [Fact]
    public async Task Tokens_are_set_aside_and_then_settled_with_what_the_provider_said()
    {
        var limit = await _gateway.LimitAsync(LimitCalls.Limit("tokens", "month", 1000));
        var answer = await _gateway.CallAsync("\"max_tokens\":100,", cancellationToken: Cancellation);
        Assert.Equal(200, answer.Status);
        Assert.InRange(int.Parse(answer.Header("x-ratelimit-remaining-tokens")!, CultureInfo.InvariantCulture), 800, 899);
        Assert.Equal(18, await _gateway.UsedAsync(limit));
    }

    [Fact]
    public async Task A_request_that_asks_for_more_than_the_whole_limit_is_told_that_it_can_never_pass()
    {
        await _gateway.LimitAsync(LimitCalls.Limit("tokens", "minute", 50));
        var answer = await _gateway.CallAsync("\"max_tokens\":100,", cancellationToken: Cancellation);
        Assert.Equal(429, answer.Status);
        Assert.Contains("it can never pass", answer.Text, StringComparison.Ordinal);
        Assert.Null(answer.Header("Retry-After"));

        // Without a maximum the gateway's own guess does not stand in its way.
        Assert.Equal(200, (await _gateway.CallAsync(cancellationToken: Cancellation)).Status);
    }

    [Fact]
    public async Task A_failed_call_gives_its_tokens_back_and_an_aborted_one_pays_for_what_came()
    {
        var limit = await _gateway.LimitAsync(LimitCalls.Limit("tokens", "month", 100_000));
        _upstream.Enqueue(new UpstreamScript { Status = 500 });
        Assert.Equal(500, (await _gateway.CallAsync("\"max_tokens\":1000,", cancellationToken: Cancellation)).Status);
        Assert.Equal(0, await _gateway.UsedAsync(limit));

        using var leaving = new CancellationTokenSource();
        _upstream.Enqueue(new UpstreamScript
        {
            BeforeChunk = async (index, gone) =>
            {
                if (index == 3)
                {
                    await leaving.CancelAsync();
                    await Task.Delay(Timeout.InfiniteTimeSpan, gone);
                }
            },
        });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _gateway.CallAsync("\"max_tokens\":1000,\"stream\":true,", cancellationToken: leaving.Token));
        await Eventually.TrueAsync(async _ => await _gateway.UsedAsync(limit) is > 0 and < 100, "the aborted call to be settled with what was streamed", cancellationToken: Cancellation);
    }

    [Fact]
    public async Task A_cached_answer_counts_as_a_request_and_costs_no_token()
    {
        var requests = await _gateway.LimitAsync(LimitCalls.Limit("requests", "month", 100));
        var tokens = await _gateway.LimitAsync(LimitCalls.Limit("tokens", "month", 100_000));
        Assert.StartsWith("fwd=miss", await Caching.Asking.AskAsync(_gateway, "cached?"), StringComparison.Ordinal);
        Assert.Equal("hit", await Caching.Asking.AskAsync(_gateway, "cached?"));
        Assert.Equal(2, await _gateway.UsedAsync(requests));
        Assert.Equal(18, await _gateway.UsedAsync(tokens));
    }

    [Fact]
    public async Task A_slot_is_held_while_the_call_is_under_way_and_free_before_its_caller_knows_the_end()
    {
        await _gateway.LimitAsync(LimitCalls.Limit("concurrent_requests", null, 1));
        for (var call = 0; call < 50; call++)
        {
            Assert.Equal(200, (await _gateway.CallAsync(call % 2 == 0 ? "" : "\"stream\":true,", cancellationToken: Cancellation)).Status);
        }

        var release = new TaskCompletionSource();
        _upstream.Enqueue(new UpstreamScript { BeforeHeaders = _ => release.Task });
        var first = _gateway.CallAsync(cancellationToken: Cancellation);
        await Eventually.TrueAsync(() => _upstream.Requests.Count(request => request.Method == "POST") == 51, "the call to be under way", cancellationToken: Cancellation);
        var second = await _gateway.CallAsync(cancellationToken: Cancellation);
        Assert.Equal((429, "rate_limit_exceeded", "1"), (second.Status, second.Code, second.Header("Retry-After")));
        release.SetResult();
        Assert.Equal(200, (await first).Status);
        Assert.Equal(200, (await _gateway.CallAsync(cancellationToken: Cancellation)).Status);
    }

    [Fact]
    public async Task A_prepaid_budget_is_used_up_and_topped_up()
    {
        // A call costs 0.018 dollars.
        var limit = await _gateway.LimitAsync(LimitCalls.Limit("cost_usd", "never", 0.05m));
        Assert.Equal(200, (await _gateway.CallAsync(cancellationToken: Cancellation)).Status);
        Assert.Equal(0.018m, await _gateway.UsedAsync(limit));
        while ((await _gateway.CallAsync(cancellationToken: Cancellation)).Status == 200)
        {
            Assert.InRange(await _gateway.UsedAsync(limit), 0, 0.1m);
        }

        var refused = await _gateway.CallAsync("\"max_tokens\":7,", cancellationToken: Cancellation);
        Assert.Equal((429, "insufficient_quota"), (refused.Status, refused.Code));
        Assert.Equal("insufficient_quota", refused.Error.GetProperty("type").GetString());
        Assert.Null(refused.Header("Retry-After"));
        Assert.Contains("top it up", refused.Text, StringComparison.Ordinal);

        var (status, body) = await _gateway.SendAsync(HttpMethod.Post, $"/v1/limits/{limit}/top_up", new { amount = 10, version = 1 });
        Assert.Equal(200, status);
        Assert.Equal(10.05m, body.GetProperty("limit").GetDecimal());
        Assert.Equal(200, (await _gateway.CallAsync("\"max_tokens\":7,", cancellationToken: Cancellation)).Status);
        Assert.Equal(409, (await _gateway.SendAsync(HttpMethod.Post, $"/v1/limits/{limit}/top_up", new { amount = 10, version = 1 })).Status);
    }

    [Fact]
    public async Task A_budget_is_not_passed_by_by_what_has_no_price()
    {
        await _gateway.LimitAsync(LimitCalls.Limit("cost_usd", "month", 5));
        var (status, body) = await _gateway.SendAsync(
            HttpMethod.Post, "/v1/chat/completions", new { model = "test/unpriced", messages = new[] { new { role = "user", content = "x" } } });
        Assert.Equal((400, "price_unknown"), (status, body.GetProperty("error").GetProperty("code").GetString()));

        var moderation = await _gateway.SendAsync(HttpMethod.Post, "/v1/moderations", new { input = "x" });
        Assert.Equal((400, "price_unknown"), (moderation.Status, moderation.Body.GetProperty("error").GetProperty("code").GetString()));
    }

    [Fact]
    public async Task What_is_forwarded_unread_counts_as_requests_and_takes_slots_too()
    {
        var requests = await _gateway.LimitAsync(LimitCalls.Limit("requests", "month", 2));
        await _gateway.LimitAsync(LimitCalls.Limit("concurrent_requests", null, 1));
        for (var call = 0; call < 2; call++)
        {
            Assert.Equal(404, (await _gateway.SendAsync(HttpMethod.Post, "/v1/moderations", new { input = "x" })).Status);
        }

        var refused = await _gateway.SendAsync(HttpMethod.Post, "/v1/moderations", new { input = "x" });
        Assert.Equal((429, "rate_limit_exceeded"), (refused.Status, refused.Body.GetProperty("error").GetProperty("code").GetString()));
        Assert.Equal(2, await _gateway.UsedAsync(requests));
    }

    [Fact]
    public async Task A_limit_in_shadow_mode_refuses_nothing_and_says_what_it_would_have()
    {
        var limit = await _gateway.LimitAsync(LimitCalls.Limit("requests", "month", 1, mode: "shadow"));
        var first = await _gateway.CallAsync(cancellationToken: Cancellation);
        var second = await _gateway.CallAsync(cancellationToken: Cancellation);
        Assert.Equal((200, null), (first.Status, first.Header("x-llmgateway-limits-shadow")));
        Assert.Equal((200, limit), (second.Status, second.Header("x-llmgateway-limits-shadow")));
        Assert.Null(second.Header("x-ratelimit-limit-requests"));
        Assert.Equal(2, await _gateway.UsedAsync(limit));
    }

    [Fact]
    public async Task Subjects_are_counted_each_by_itself()
    {
        var limit = await _gateway.LimitAsync(new { name = "users", resource = "requests", window = "month", limit = 1, scope = new { type = "end_user" } });
        await _gateway.LimitAsync(new { name = "blue", resource = "requests", window = "month", limit = 1, scope = new { type = "metadata", key = "team", value = "blue" } });
        Assert.Equal(200, (await _gateway.CallAsync("\"user\":\"ann\",", cancellationToken: Cancellation)).Status);
        Assert.Equal(200, (await _gateway.CallAsync("\"user\":\"bob\",", cancellationToken: Cancellation)).Status);
        Assert.Equal(429, (await _gateway.CallAsync("\"user\":\"ann\",", cancellationToken: Cancellation)).Status);
        Assert.Equal(200, (await _gateway.CallAsync(cancellationToken: Cancellation)).Status);
        Assert.Equal(200, (await _gateway.CallAsync("\"metadata\":{\"team\":\"blue\"},", cancellationToken: Cancellation)).Status);
        Assert.Equal(429, (await _gateway.CallAsync("\"metadata\":{\"team\":\"blue\"},", cancellationToken: Cancellation)).Status);
        Assert.Equal(200, (await _gateway.CallAsync("\"metadata\":{\"team\":\"red\"},", cancellationToken: Cancellation)).Status);

        var (_, page) = await _gateway.SendAsync(HttpMethod.Get, $"/v1/limits/{limit}?limit=1");
        Assert.Equal(("ann", true), (page.GetProperty("usage").GetProperty("data")[0].GetProperty("subject").GetString(), page.GetProperty("usage").GetProperty("has_more").GetBoolean()));
        var (_, next) = await _gateway.SendAsync(HttpMethod.Get, $"/v1/limits/{limit}?limit=1&after={page.GetProperty("usage").GetProperty("last_id").GetString()}");
        Assert.Equal("bob", next.GetProperty("usage").GetProperty("data")[0].GetProperty("subject").GetString());
    }

    [Fact]
    public async Task Projects_are_isolated()
    {
        await _gateway.LimitAsync(LimitCalls.Limit("requests", "month", 1));
        var project = await _gateway.PostAsync("/v1/projects", new { name = "other" }, "id");
        var key = await _gateway.PostAsync("/v1/keys", new { project_id = project }, "key");
        Assert.Equal(200, (await _gateway.CallAsync(cancellationToken: Cancellation)).Status);
        Assert.Equal(200, (await _gateway.CallAsync(key: key, cancellationToken: Cancellation)).Status);
        Assert.Equal(429, (await _gateway.CallAsync(cancellationToken: Cancellation)).Status);
        Assert.Equal(429, (await _gateway.CallAsync(key: key, cancellationToken: Cancellation)).Status);
    }

    [Fact]
    public async Task Nothing_is_set_aside_in_one_limit_when_another_refuses()
    {
        var wide = await _gateway.LimitAsync(LimitCalls.Limit("requests", "month", 100));
        await _gateway.LimitAsync(LimitCalls.Limit("requests", "day", 1));
        for (var call = 0; call < 5; call++)
        {
            await _gateway.CallAsync(cancellationToken: Cancellation);
        }

        Assert.Equal(1, await _gateway.UsedAsync(wide));
    }

    [Theory]
    [InlineData("""{"name":"x","resource":"requests","window":"minute","limit":1,"scope":{"type":"project"},"colour":"red"}""", "colour")]
    [InlineData("""{"name":"x","resource":"bytes","window":"minute","limit":1,"scope":{"type":"project"}}""", "resource")]
    [InlineData("""{"name":"x","resource":"requests","limit":1,"scope":{"type":"project"}}""", "window")]
    [InlineData("""{"name":"x","resource":"concurrent_requests","window":"day","limit":1,"scope":{"type":"project"}}""", "window")]
    [InlineData("""{"name":"x","resource":"requests","window":"minute","limit":0,"scope":{"type":"project"}}""", "limit")]
    [InlineData("""{"name":"x","resource":"requests","window":"minute","limit":1.5,"scope":{"type":"project"}}""", "limit")]
    [InlineData("""{"name":"x","resource":"requests","window":"minute","limit":1}""", "scope")]
    [InlineData("""{"name":"x","resource":"requests","window":"minute","limit":1,"scope":{"type":"project","value":"proj_x"}}""", "scope.value")]
    [InlineData("""{"name":"x","resource":"requests","window":"minute","limit":1,"scope":{"type":"metadata"}}""", "scope.key")]
    [InlineData("""{"name":"x","resource":"requests","window":"minute","limit":1,"scope":{"type":"key","value":"key_nobody"}}""", "scope.value")]
    [InlineData("""{"name":"x","resource":"requests","window":"minute","limit":1,"scope":{"type":"project"},"project_id":"proj_nowhere"}""", "project_id")]
    [InlineData("""{"name":"x","resource":"requests","window":"minute","limit":1,"scope":{"type":"project"},"models":["no-such-model"]}""", "models")]
    [InlineData("""{"name":"x","resource":"requests","window":"minute","limit":1,"scope":{"type":"project"},"unpriced":"allow"}""", "unpriced")]
    public async Task A_limit_that_is_wrong_or_could_have_no_effect_is_refused(string body, string? param)
    {
        var (status, answer) = await _gateway.SendAsync(HttpMethod.Post, "/v1/limits", JsonDocument.Parse(body).RootElement);
        Assert.Equal(400, status);
        Assert.Equal(param, answer.GetProperty("error").GetProperty("param").GetString());
    }

    [Fact]
    public async Task A_second_limit_that_counts_the_same_is_refused()
    {
        await _gateway.LimitAsync(LimitCalls.Limit("requests", "minute", 5));
        var (status, body) = await _gateway.SendAsync(HttpMethod.Post, "/v1/limits", LimitCalls.Limit("requests", "minute", 7));
        Assert.Equal((409, "duplicate_limit"), (status, body.GetProperty("error").GetProperty("code").GetString()));
    }

    [Fact]
    public async Task A_limit_is_changed_and_deleted_at_once()
    {
        var limit = await _gateway.LimitAsync(LimitCalls.Limit("requests", "month", 1));
        await _gateway.CallAsync(cancellationToken: Cancellation);
        Assert.Equal(429, (await _gateway.CallAsync(cancellationToken: Cancellation)).Status);
        await _gateway.SendAsync(HttpMethod.Post, $"/v1/limits/{limit}", new { limit = 2 });
        Assert.Equal(200, (await _gateway.CallAsync(cancellationToken: Cancellation)).Status);
        Assert.Equal(429, (await _gateway.CallAsync(cancellationToken: Cancellation)).Status);
        await _gateway.SendAsync(HttpMethod.Delete, $"/v1/limits/{limit}");
        Assert.Equal(200, (await _gateway.CallAsync(cancellationToken: Cancellation)).Status);
        Assert.Equal(404, (await _gateway.SendAsync(HttpMethod.Get, $"/v1/limits/{limit}")).Status);
    }

    [Fact]
    public async Task A_month_begins_anew_with_the_calendar_and_a_restart_forgets_nothing()
    {
        var time = new ShiftedTime(new DateTimeOffset(2027, 1, 31, 23, 0, 0, TimeSpan.Zero));
        using var data = new TempFolder();
        var database = ("ConnectionStrings:gateway", (string?)$"Data Source={Path.Combine(data.Path, "gateway.db")}");
        string limit;
        await using (var before = await InProcessGateway.StartAsync(_upstream.BaseUrl, time, database))
        {
            limit = await before.LimitAsync(LimitCalls.Limit("requests", "month", 2));
            Assert.Equal(200, (await before.CallAsync(cancellationToken: Cancellation)).Status);
            Assert.Equal(1, await before.UsedAsync(limit));
        }

        await using var gateway = await InProcessGateway.StartAsync(_upstream.BaseUrl, time, database);
        Assert.Equal(200, (await gateway.CallAsync(cancellationToken: Cancellation)).Status);
        var refused = await gateway.CallAsync(cancellationToken: Cancellation);
        Assert.Equal(429, refused.Status);
        Assert.InRange(int.Parse(refused.Header("Retry-After")!, CultureInfo.InvariantCulture), 3000, 3600);
        Assert.Matches(@"^(59|1h0)m\d+s$|^59m\d+s$", refused.Header("x-ratelimit-reset-requests")!);

        time.Set(new DateTimeOffset(2027, 2, 1, 0, 0, 1, TimeSpan.Zero));
        Assert.Equal(200, (await gateway.CallAsync(cancellationToken: Cancellation)).Status);
        Assert.Equal(1, await gateway.UsedAsync(limit));
    }
}
