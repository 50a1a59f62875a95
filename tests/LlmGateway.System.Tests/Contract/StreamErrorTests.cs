using System.Text;
using LlmGateway.TestKit.Upstream;

namespace LlmGateway.System.Tests;

/// <summary>A provider's stream that breaks off ends with an error event in the form of the stream's own API.</summary>
public abstract class StreamErrorTests(RunningSystem gateway) : Scenario(gateway)
{
    [Theory]
    [InlineData(UpstreamFault.CutInBody)]
    [InlineData(UpstreamFault.CutInFrame)]
    [InlineData(UpstreamFault.EndsEarly)]
    public async Task A_response_ends_with_a_numbered_error_event(UpstreamFault fault)
    {
        var events = EventText.Data(await StreamAsync("responses", """{"model":"test/gpt-4o-mini","stream":true,"input":"hi"}""", fault));
        Assert.All(events, data => SharedContract.AssertEventKept("/responses", data));
        Assert.Contains("upstream_stream_interrupted", events[^1], StringComparison.Ordinal);
        Assert.Contains($"\"sequence_number\":{events.Count - 1}", events[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_chat_completion_ends_with_an_error_object()
    {
        var events = EventText.Data(await StreamAsync(
            "chat/completions", """{"model":"test/gpt-4o-mini","stream":true,"messages":[{"role":"user","content":"hi"}]}""", UpstreamFault.CutInBody));
        SharedContract.AssertKept("POST", "/chat/completions", 502, events[^1]);
        Assert.All(events[..^1], data => SharedContract.AssertEventKept("/chat/completions", data));
    }

    private async Task<string> StreamAsync(string operation, string body, UpstreamFault fault)
    {
        Gateway.Upstream.Enqueue(new UpstreamScript { Fault = fault, ChunkCount = 5 });
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await Http.PostAsync($"/v1/{operation}", content, Cancel);
        return await response.Content.ReadAsStringAsync(Cancel);
    }
}

[Collection<StandaloneShape>]
public sealed class StreamErrorsInStandalone(StandaloneFixture fixture) : StreamErrorTests(fixture.Gateway);

[Collection<ServicesShape>]
public sealed class StreamErrorsInServices(ServicesFixture fixture) : StreamErrorTests(fixture.Gateway);
