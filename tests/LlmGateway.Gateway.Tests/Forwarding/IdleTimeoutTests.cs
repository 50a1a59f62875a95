using System.Net;
using System.Text;
using System.Text.Json;
using LlmGateway.TestKit;
using LlmGateway.TestKit.Upstream;

namespace LlmGateway.Gateway.Tests.Forwarding;

/// <summary>A provider may be slow, but not silent for longer than <c>Gateway:IdleTimeout</c>.</summary>
public sealed class IdleTimeoutTests : IAsyncLifetime
{
    private UpstreamServer _upstream = null!;
    private InProcessGateway _gateway = null!;

    public async ValueTask InitializeAsync()
    {
        _upstream = await UpstreamServer.StartAsync();
        _gateway = await InProcessGateway.StartAsync(_upstream.BaseUrl, ("Gateway:IdleTimeout", "00:00:01"));
    }

    public async ValueTask DisposeAsync()
    {
        await _gateway.DisposeAsync();
        await _upstream.DisposeAsync();
    }

    [Theory]
    [InlineData(UpstreamFault.HangBeforeHeaders)]
    [InlineData(UpstreamFault.HangInBody)]
    public async Task Silence_before_a_plain_answer_is_whole_is_a_504(UpstreamFault fault)
    {
        _upstream.Script = new UpstreamScript { Fault = fault };
        using var response = await PostAsync(stream: false);
        Assert.Equal(HttpStatusCode.GatewayTimeout, response.StatusCode);
        var error = JsonElement.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).GetProperty("error");
        Assert.Equal("upstream_timeout", error.GetProperty("code").GetString());
    }

    [Fact]
    public async Task Silence_in_a_stream_ends_it_with_an_error_event()
    {
        _upstream.Script = new UpstreamScript { Fault = UpstreamFault.HangInBody, ChunkCount = 5 };
        using var response = await PostAsync(stream: true);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Contains("upstream_timeout", text, StringComparison.Ordinal);
        Assert.DoesNotContain("[DONE]", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stream_that_lasts_longer_is_not_cut_while_it_goes_on()
    {
        _upstream.Script = new UpstreamScript { ChunkCount = 6, ChunkPace = TimeSpan.FromMilliseconds(300) };
        var text = "";

        // On a machine that is busy with other things one of a few must come through.
        for (var call = 0; call < Promptly.Times && !text.EndsWith("data: [DONE]\n\n", StringComparison.Ordinal); call++)
        {
            using var response = await PostAsync(stream: true);
            text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        }

        Assert.EndsWith("data: [DONE]\n\n", text, StringComparison.Ordinal);
    }

    private Task<HttpResponseMessage> PostAsync(bool stream) => _gateway.Http.PostAsync(
        "/v1/chat/completions",
        new StringContent(
            $$"""{"model":"test/gpt-4o-mini","stream":{{(stream ? "true" : "false")}},"messages":[{"role":"user","content":"hi"}]}""", Encoding.UTF8, "application/json"),
        TestContext.Current.CancellationToken);
}
