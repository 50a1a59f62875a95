using System.Text;
using System.Text.Json;
using LlmGateway.TestKit;
using LlmGateway.TestKit.Upstream;

namespace LlmGateway.System.Tests;

/// <summary>However much a provider sends, the gateway holds a bounded part of it.</summary>
public sealed class EnormousAnswerTests : IAsyncLifetime
{
    private const long Enormous = 512L << 20;
    private const int HugeEvent = 40 << 20;

    /// <summary>What the program may take beyond what it had before: far less than any of the bodies.</summary>
    private const long Allowance = 160L << 20;
    private StandaloneProcess _gateway = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _gateway = await StandaloneProcess.StartAsync();

    public ValueTask DisposeAsync() => _gateway.DisposeAsync();

    [Fact]
    public async Task A_plain_body_passes_whole_in_bounded_memory_and_is_stored_cut()
    {
        _gateway.Upstream.Script = new UpstreamScript { BodyBytes = Enormous };
        using var response = await PostAsync(stream: false);
        Assert.Equal(Enormous, response.Content.Headers.ContentLength);
        await using var body = await response.Content.ReadAsStreamAsync(Cancel);
        Assert.Equal(Enormous, await CountAsync(body));
        Assert.InRange(_gateway.PeakMemory, 1, Baseline + Allowance);
        Assert.Equal(Enormous, (await StoredAsync(response)).GetProperty("response_bytes").GetInt64());
    }

    [Fact]
    public async Task A_stream_of_many_events_passes_whole_in_bounded_memory()
    {
        _gateway.Upstream.Script = new UpstreamScript { Text = new string('x', 100_000), ChunkCount = 2_000 };
        using var response = await PostAsync(stream: true);
        await using var body = await response.Content.ReadAsStreamAsync(Cancel);
        Assert.True(await CountAsync(body) > 2_000L * 100_000);
        Assert.InRange(_gateway.PeakMemory, 1, Baseline + Allowance);
        Assert.Equal("completed", (await StoredAsync(response)).GetProperty("outcome").GetString(), ignoreCase: true);
    }

    [Fact]
    public async Task A_single_event_without_end_is_given_up_in_bounded_memory()
    {
        _gateway.Upstream.Script = new UpstreamScript { Body = "data: " + new string('x', HugeEvent), ContentType = "text/event-stream" };
        using var response = await PostAsync(stream: true);
        var text = await response.Content.ReadAsStringAsync(Cancel);
        Assert.Equal(502, (int)response.StatusCode);
        Assert.Contains("upstream_event_too_large", text, StringComparison.Ordinal);
        Assert.True(text.Length < 1000, $"{text.Length} characters");
        Assert.InRange(_gateway.PeakMemory, 1, Baseline + Allowance);
        Assert.Equal("upstream_event_too_large", (await StoredAsync(response)).GetProperty("error_code").GetString());
    }

    private long Baseline { get; set; }

    private async Task<HttpResponseMessage> PostAsync(bool stream)
    {
        Baseline = _gateway.PeakMemory;
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions")
        {
            Content = new StringContent(
                $$"""{"model":"test/gpt-4o-mini","stream":{{(stream ? "true" : "false")}},"messages":[{"role":"user","content":"hi"}]}""", Encoding.UTF8, "application/json"),
        };
        return await _gateway.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancel);
    }

    private static async Task<long> CountAsync(Stream body)
    {
        var (buffer, total, count) = (new byte[64 << 10], 0L, 0);
        while ((count = await body.ReadAsync(buffer, Cancel)) > 0)
        {
            total += count;
        }

        return total;
    }

    private async Task<JsonElement> StoredAsync(HttpResponseMessage response)
    {
        var id = response.Headers.GetValues("x-llmgateway-inference-id").Single();
        return JsonElement.Parse(await Eventually.GetAsync<string>(
            async token =>
            {
                using var stored = await _gateway.Http.GetAsync($"/v1/inferences/{id}", token);
                return stored.IsSuccessStatusCode ? await stored.Content.ReadAsStringAsync(token) : null;
            },
            "the call to be stored"));
    }
}
