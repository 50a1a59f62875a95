using System.Net;
using System.Text.Json;
using LlmGateway.TestKit;
using LlmGateway.TestKit.Upstream;

namespace LlmGateway.System.Tests;

/// <summary>What callers see, and what is kept, when the provider is well and when it is not.</summary>
public abstract class UpstreamTests(RunningSystem gateway) : Scenario(gateway)
{
    [Fact]
    public async Task The_provider_gets_the_callers_bytes_with_its_own_model_name_and_our_key()
    {
        const string body = """{ "model":"test/gpt-4o-mini",  "x_unknown": [1.50, "é"], "messages":[{"role":"user","content":"hi"}], "metadata": {"a":"b"} }""";
        using var response = await SendAsync(body);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var sent = Last();
        Assert.Equal("""{ "model":"gpt-4o-mini",  "x_unknown": [1.50, "é"], "messages":[{"role":"user","content":"hi"}] }""", sent.BodyText);
        Assert.Equal("Bearer sk-upstream-secret", sent.Headers.Single(header => header.Key.Equals("Authorization", StringComparison.OrdinalIgnoreCase)).Value);
        Assert.DoesNotContain(sent.Headers, header => header.Value.Contains(RunningSystem.AdminKey, StringComparison.Ordinal));
        Assert.Equal("1", Header(response, "x-llmgateway-attempts"));
        Assert.Equal("test/gpt-4o-mini", Header(response, "x-llmgateway-deployment"));
    }

    [Fact]
    public async Task A_stream_is_metered_without_the_caller_seeing_that_we_asked()
    {
        using var response = await SendAsync("""{"model":"test/gpt-4o-mini","stream":true,"messages":[{"role":"user","content":"hi"}]}""");
        var text = await response.Content.ReadAsStringAsync(Cancel);
        Assert.DoesNotContain("prompt_tokens", text, StringComparison.Ordinal);
        Assert.EndsWith("data: [DONE]\n\n", text, StringComparison.Ordinal);
        var row = await StoredAsync(response);
        Assert.Equal(11, row.GetProperty("input_tokens").GetInt64());
        Assert.Equal(7, row.GetProperty("output_tokens").GetInt64());
        Assert.False(row.GetProperty("usage_estimated").GetBoolean());
    }

    [Fact]
    public async Task Usage_that_the_provider_does_not_report_is_counted_and_marked()
    {
        Gateway.Upstream.Script = new UpstreamScript { Usage = UpstreamUsage.Never };
        using var response = await SendAsync("""{"model":"test/gpt-4o-mini","messages":[{"role":"user","content":"hi"}]}""");
        var row = await StoredAsync(response);
        Assert.True(row.GetProperty("input_tokens").GetInt64() > 0);
        Assert.True(row.GetProperty("output_tokens").GetInt64() > 0);
        Assert.True(row.GetProperty("usage_estimated").GetBoolean());
    }

    [Fact]
    public async Task The_same_deterministic_request_is_answered_from_the_cache_in_either_form()
    {
        const string plain = """{"model":"test/gpt-4o-mini","temperature":0,"messages":[{"role":"user","content":"cache me"}]}""";
        const string streamed = """{"model":"test/gpt-4o-mini","temperature":0,"stream":true,"messages":[{"role":"user","content":"cache me"}]}""";
        using var first = await SendAsync(streamed);
        await first.Content.ReadAsStringAsync(Cancel);
        using var second = await SendAsync(plain);
        using var third = await SendAsync(streamed);
        Assert.StartsWith("llmgateway; hit", Header(second, "Cache-Status"), StringComparison.Ordinal);
        Assert.StartsWith("llmgateway; hit", Header(third, "Cache-Status"), StringComparison.Ordinal);
        Assert.Single(ModelCalls);
        using var json = JsonDocument.Parse(await second.Content.ReadAsStringAsync(Cancel));
        Assert.Equal("The quick brown fox jumps over the lazy dog.", json.RootElement.GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString());
    }

    [Fact]
    public async Task Identical_requests_at_the_same_time_share_one_upstream_call()
    {
        var release = new TaskCompletionSource();
        Gateway.Upstream.Script = new UpstreamScript { BeforeHeaders = token => release.Task.WaitAsync(token) };
        const string body = """{"model":"test/gpt-4o-mini","temperature":0,"messages":[{"role":"user","content":"together"}]}""";
        var calls = Enumerable.Range(0, 8).Select(_ => SendAsync(body)).ToList();
        await Eventually.TrueAsync(() => ModelCalls.Count > 0, "the first call to reach the provider");
        release.SetResult();
        foreach (var call in calls)
        {
            using var response = await call;
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }

        Assert.Single(ModelCalls);
    }

    [Fact]
    public async Task Requests_that_opt_out_or_are_not_deterministic_are_not_cached()
    {
        const string random = """{"model":"test/gpt-4o-mini","messages":[{"role":"user","content":"dice"}]}""";
        (await SendAsync(random)).Dispose();
        (await SendAsync(random)).Dispose();
        const string fixedOne = """{"model":"test/gpt-4o-mini","temperature":0,"messages":[{"role":"user","content":"dice"}]}""";
        (await SendAsync(fixedOne, "no-store")).Dispose();
        (await SendAsync(fixedOne, "no-store")).Dispose();
        Assert.Equal(4, ModelCalls.Count);
    }

    [Fact]
    public async Task A_stream_that_breaks_off_ends_with_an_error_event_and_is_kept_as_incomplete()
    {
        Gateway.Upstream.Script = new UpstreamScript { Fault = UpstreamFault.CutInFrame, ChunkCount = 5 };
        using var response = await SendAsync("""{"model":"test/gpt-4o-mini","stream":true,"messages":[{"role":"user","content":"hi"}]}""");
        var text = await response.Content.ReadAsStringAsync(Cancel);
        Assert.Contains("upstream_stream_interrupted", text, StringComparison.Ordinal);
        Assert.DoesNotContain("[DONE]", text, StringComparison.Ordinal);
        Assert.Equal("incomplete", (await StoredAsync(response)).GetProperty("outcome").GetString(), ignoreCase: true);
    }

    [Theory]
    [InlineData(UpstreamFault.CutBeforeHeaders, 502)]
    [InlineData(UpstreamFault.CutInBody, 502)]
    [InlineData(UpstreamFault.InvalidJson, 502)]
    public async Task A_plain_answer_that_fails_is_an_error_of_ours(UpstreamFault fault, int status)
    {
        Gateway.Upstream.Script = new UpstreamScript { Fault = fault };
        using var response = await SendAsync("""{"model":"test/gpt-4o-mini","messages":[{"role":"user","content":"hi"}]}""");
        Assert.Equal(status, (int)response.StatusCode);
        using var json = JsonDocument.Parse(await response.Content.ReadAsStringAsync(Cancel));
        Assert.StartsWith("upstream_", json.RootElement.GetProperty("error").GetProperty("code").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_providers_own_error_passes_unchanged_but_its_refusal_of_our_key_does_not()
    {
        Gateway.Upstream.Script = new UpstreamScript { Status = 429, Headers = new Dictionary<string, string> { ["Retry-After"] = "7" } };
        using var limited = await SendAsync("""{"model":"test/gpt-4o-mini","messages":[{"role":"user","content":"hi"}]}""");
        Assert.Equal(429, (int)limited.StatusCode);
        Assert.Equal("7", Header(limited, "Retry-After"));
        Gateway.Upstream.Script = new UpstreamScript { Status = 401, Body = """{"error":{"message":"Incorrect API key sk-upstream-secret","type":"x","param":null,"code":"invalid_api_key"}}""" };
        using var refused = await SendAsync("""{"model":"test/gpt-4o-mini","messages":[{"role":"user","content":"hi"}]}""");
        Assert.Equal(502, (int)refused.StatusCode);
        Assert.DoesNotContain("sk-upstream", await refused.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(UpstreamFault.HangBeforeHeaders, false)]
    [InlineData(UpstreamFault.HangBeforeHeaders, true)]
    [InlineData(UpstreamFault.HangInBody, true)]
    public async Task A_caller_that_goes_away_cancels_the_upstream_and_is_kept(UpstreamFault fault, bool stream)
    {
        Gateway.Upstream.Script = new UpstreamScript { Fault = fault, ChunkCount = 5 };
        using var cancel = new CancellationTokenSource();
        var mark = $"{fault}-{stream}";
        var body = $$"""{"model":"test/gpt-4o-mini","stream":{{(stream ? "true" : "false")}},"messages":[{"role":"user","content":"hi"}],"metadata":{"mark":"{{mark}}"} }""";
        var call = SendAsync(body, completion: HttpCompletionOption.ResponseContentRead, cancellationToken: cancel.Token);
        await Eventually.TrueAsync(() => ModelCalls.Count > 0, "the call to reach the provider");
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        await Eventually.TrueAsync(() => Last().IsAborted, "the upstream call to be cancelled");
        await Eventually.TrueAsync(
            async token => (await Http.GetStringAsync($"/v1/inferences?outcome=cancelled&metadata[mark]={mark}", token)).Contains("client_closed_request", StringComparison.Ordinal),
            "the cancelled call to be stored");
    }

    private async Task<HttpResponseMessage> SendAsync(
        string body, string? cacheControl = null, HttpCompletionOption completion = HttpCompletionOption.ResponseHeadersRead, CancellationToken cancellationToken = default)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions") { Content = Json(body) };
        if (cacheControl is not null)
        {
            request.Headers.TryAddWithoutValidation("Cache-Control", cacheControl);
        }

        return await Http.SendAsync(request, completion, cancellationToken);
    }

    private UpstreamRequest Last() => ModelCalls[^1];

    private static string Header(HttpResponseMessage response, string name) => response.Headers.GetValues(name).Single();
}

[Collection<StandaloneShape>]
public sealed class UpstreamsInStandalone(StandaloneFixture fixture) : UpstreamTests(fixture.Gateway);

[Collection<ServicesShape>]
public sealed class UpstreamsInServices(ServicesFixture fixture) : UpstreamTests(fixture.Gateway);
