using System.Collections.Concurrent;
using LlmGateway.TestKit;
using LlmGateway.TestKit.Upstream;

namespace LlmGateway.System.Tests;

/// <summary>Limits hold for whom they were made, whichever gateway is asked, and count what calls came to.</summary>
public abstract class LimitTests(RunningSystem gateway) : Scenario(gateway)
{
    private const string HundredOut = "\"max_tokens\":100,";

    /// <summary>Gateways ask for a key again after 30 s where a broadcast was lost; the rest is a busy machine's.</summary>
    private static readonly TimeSpan SecretEnd = TimeSpan.FromSeconds(90);

    private static readonly TimeSpan LoadLimit = TimeSpan.FromSeconds(120);

    [Theory]
    [InlineData("project")]
    [InlineData("key")]
    [InlineData("end_user")]
    [InlineData("metadata")]
    public async Task Each_subject_is_counted_by_itself_and_refused_at_every_gateway(string scope)
    {
        var project = await LimitedProject.MakeAsync(Gateway);
        var limit = await project.LimitAsync("requests", "month", 2, scope == "metadata" ? """{"type":"metadata","key":"team"}""" : $$"""{"type":"{{scope}}"}""");
        var (one, other) = scope switch
        {
            "project" => (new Subject(project.Callers), new Subject((await LimitedProject.MakeAsync(Gateway)).Callers)),
            "key" => (new Subject(project.Callers), new Subject(await project.WithAnotherKeyAsync())),
            "end_user" => (new Subject(project.Callers, "\"user\":\"ann\","), new Subject(project.Callers, "\"user\":\"bob\",")),
            _ => (new Subject(project.Callers, "\"metadata\":{\"team\":\"blue\"},"), new Subject(project.Callers, "\"metadata\":{\"team\":\"red\"},")),
        };

        Assert.Equal((200, 200), ((await one.CallAsync(0)).Status, (await one.CallAsync(1)).Status));
        for (var call = 0; call < one.Callers.Count; call++)
        {
            var refused = await one.CallAsync(call);
            Assert.Equal((429, "rate_limit_exceeded", "0"), (refused.Status, refused.Code, refused.Header("x-ratelimit-remaining-requests")));
            Assert.Contains($"The gateway's limit 'test' ({limit}) of 2 requests per month", refused.Text, StringComparison.Ordinal);
            Assert.NotNull(refused.Header("Retry-After"));
        }

        Assert.Equal(200, (await other.CallAsync(0)).Status);
        await project.EventuallyUsedAsync(limit, scope == "project" ? 2 : 3);
    }

    [Fact]
    public async Task Tokens_are_set_aside_while_a_call_is_under_way_and_settled_with_what_it_used()
    {
        var project = await LimitedProject.MakeAsync(Gateway);
        var limit = await project.LimitAsync("tokens", "month", 1000);
        var release = new TaskCompletionSource();
        Gateway.Upstream.Enqueue(new UpstreamScript { BeforeHeaders = gone => release.Task.WaitAsync(gone) });
        var held = project.CallAsync("\"max_tokens\":600,");
        await Eventually.TrueAsync(() => ModelCalls.Count == 1, "the call to be under way", cancellationToken: Cancel);
        var refused = await project.CallAsync("\"max_tokens\":600,", project.Callers.Count - 1);
        Assert.Equal((429, "rate_limit_exceeded"), (refused.Status, refused.Code));
        release.SetResult();
        Assert.Equal(200, (await held).Status);

        await project.EventuallyUsedAsync(limit, new UpstreamScript().InputTokens + new UpstreamScript().OutputTokens);
        Assert.Equal(200, (await project.CallAsync("\"max_tokens\":600,", project.Callers.Count - 1)).Status);
    }

    [Fact]
    public async Task A_budget_pays_what_calls_cost_and_is_topped_up_when_it_is_used_up()
    {
        var project = await LimitedProject.MakeAsync(Gateway);
        const decimal budget = 0.0005m;
        var limit = await project.LimitAsync("cost_usd", "never", budget);
        Gateway.Upstream.Script = new UpstreamScript { InputTokens = 100, OutputTokens = 50 };
        const decimal cost = 150 * RunningSystem.UsdPerMillion / 1_000_000;
        Assert.Equal(200, (await project.CallAsync(HundredOut)).Status);
        await project.EventuallyUsedAsync(limit, cost);

        // More than a hundred tokens are set aside: 0.0002 of the 0.0002 that is left, and a little for the question.
        var refused = await project.CallAsync(HundredOut, project.Callers.Count - 1);
        Assert.Equal((429, "insufficient_quota"), (refused.Status, refused.Code));
        Assert.Contains("top it up", refused.Text, StringComparison.Ordinal);
        Assert.Null(refused.Header("Retry-After"));

        var topped = await LimitedProject.SendAsync(Http, HttpMethod.Post, $"/v1/limits/{limit}/top_up", """{"amount":1,"version":1}""");
        Assert.Equal(budget + 1, topped.GetProperty("limit").GetDecimal());
        using var again = await Http.PostAsync($"/v1/limits/{limit}/top_up", Json("""{"amount":1,"version":1}"""), Cancel);
        Assert.Equal(409, (int)again.StatusCode);
        foreach (var caller in project.Callers)
        {
            await Eventually.TrueAsync(async _ => (await LimitedProject.CallAsync(caller, HundredOut)).Status == 200, "the gateway to know the new limit", cancellationToken: Cancel);
        }

        await project.EventuallyUsedAsync(limit, cost * (1 + project.Callers.Count));
    }

    [Fact]
    public async Task A_slot_is_free_again_when_the_caller_of_its_stream_leaves()
    {
        var project = await LimitedProject.MakeAsync(Gateway);
        await project.LimitAsync("concurrent_requests", null, 1);
        Gateway.Upstream.Enqueue(new UpstreamScript { BeforeChunk = (chunk, gone) => chunk < 2 ? Task.CompletedTask : Task.Delay(Timeout.InfiniteTimeSpan, gone) });
        using (var stream = await project.BeginStreamAsync())
        {
            Assert.Equal(200, (int)stream.StatusCode);
            var refused = await project.CallAsync(gateway: project.Callers.Count - 1);
            Assert.Equal((429, "1"), (refused.Status, refused.Header("Retry-After")));
        }

        await Eventually.TrueAsync(async _ => (await project.CallAsync(gateway: project.Callers.Count - 1)).Status == 200, "the slot to be free", cancellationToken: Cancel);
        await Eventually.TrueAsync(() => ModelCalls[0].IsAborted, "the provider to be told", cancellationToken: Cancel);
    }

    [Fact]
    public async Task A_limit_in_shadow_mode_refuses_nothing_and_names_itself()
    {
        var project = await LimitedProject.MakeAsync(Gateway);
        var limit = await project.LimitAsync("requests", "month", 1, mode: "shadow");
        var first = await project.CallAsync();
        var second = await project.CallAsync(gateway: project.Callers.Count - 1);
        Assert.Equal((200, null, 200, limit), (first.Status, first.Header("x-llmgateway-limits-shadow"), second.Status, second.Header("x-llmgateway-limits-shadow")));
        Assert.Null(second.Header("x-ratelimit-limit-requests"));
        await project.EventuallyUsedAsync(limit, 2);
    }

    [Fact]
    public async Task A_key_is_rotated_under_load_and_no_call_is_refused()
    {
        var project = await LimitedProject.MakeAsync(Gateway);
        var limit = await project.LimitAsync("requests", "month", 1_000_000, """{"type":"key"}""");
        using var stop = new CancellationTokenSource();
        var statuses = new ConcurrentQueue<int>();
        var newest = project.Callers;
        var callers = Task.WhenAll(Enumerable.Range(0, 4).Select(caller => Task.Run(async () =>
        {
            for (var call = caller; !stop.IsCancellationRequested; call++)
            {
                // Half of the callers hear of the new secret at once, the others never.
                var clients = caller % 2 == 0 ? Volatile.Read(ref newest) : project.Callers;
                statuses.Enqueue((await LimitedProject.CallAsync(clients[call % clients.Count])).Status);
            }
        }, Cancel)));
        try
        {
            await Eventually.TrueAsync(() => statuses.Count >= 50, "calls with the first secret", LoadLimit, Cancel);
            Volatile.Write(ref newest, await RotateAsync(project.KeyId, overlapSeconds: 3600));
            var before = statuses.Count;
            await Eventually.TrueAsync(() => statuses.Count >= before + 100, "calls with both secrets", LoadLimit, Cancel);
        }
        finally
        {
            await stop.CancelAsync();
            await callers;
        }

        Assert.All(statuses, status => Assert.Equal(200, status));
        await project.EventuallyUsedAsync(limit, statuses.Count);

        // Without an overlap every older secret ends.
        var last = await RotateAsync(project.KeyId, overlapSeconds: 0);
        foreach (var ended in project.Callers.Concat(newest))
        {
            await Eventually.TrueAsync(async _ => (await LimitedProject.CallAsync(ended)).Status == 401, "the gateway to refuse the old secret", SecretEnd, Cancel);
        }

        Assert.All(await Task.WhenAll(last.Select(caller => LimitedProject.CallAsync(caller))), answer => Assert.Equal(200, answer.Status));
    }

    /// <returns>A client of each gateway with the new secret.</returns>
    private async Task<IReadOnlyList<HttpClient>> RotateAsync(string keyId, int overlapSeconds)
    {
        var rotated = await LimitedProject.SendAsync(Http, HttpMethod.Post, $"/v1/keys/{keyId}/rotate", $$"""{"overlap_seconds":{{overlapSeconds}}}""");
        Assert.Equal(keyId, rotated.GetProperty("id").GetString());
        return [.. Gateway.Gateways.Select(address => Gateway.ClientOf(address, rotated.GetProperty("key").GetString()))];
    }

    /// <summary>Whose calls are counted together.</summary>
    /// <param name="Callers">A client of each gateway.</param>
    /// <param name="Members">What tells in the request whose it is.</param>
    private sealed record Subject(IReadOnlyList<HttpClient> Callers, string Members = "")
    {
        public Task<LimitedAnswer> CallAsync(int call) => LimitedProject.CallAsync(Callers[call % Callers.Count], Members);
    }
}

[Collection<StandaloneShape>]
public sealed class LimitsInStandalone(StandaloneFixture fixture) : LimitTests(fixture.Gateway);

[Collection<LimitedShape>]
public sealed class LimitsInServices(LimitedServices fixture) : LimitTests(fixture.Gateway);
