using System.Text;
using LlmGateway.Gateway.Forwarding;

namespace LlmGateway.Gateway.Tests.Forwarding;

/// <summary>Which events say something.</summary>
public sealed class StartEventTests
{
    [Theory]
    [InlineData("", false)]
    [InlineData("""{"choices":[{"index":0,"delta":{"role":"assistant","content":""},"logprobs":null,"finish_reason":null}]}""", false)]
    [InlineData("""{"choices":[{"index":0,"delta":{"role":"assistant","content":null,"refusal":null},"finish_reason":null}],"usage":null}""", false)]
    [InlineData("""{"choices":[],"prompt_filter_results":[{"prompt_index":0,"content_filter_results":{"hate":{"filtered":false}}}]}""", false)]
    [InlineData("""{"choices":[{"index":0,"text":"","finish_reason":null}]}""", false)]
    [InlineData("""{"type":"response.created","response":{"id":"r","output":[]}}""", false)]
    [InlineData("""{"type":"response.in_progress","response":{"id":"r"}}""", false)]
    [InlineData("""{"type":"message_start","message":{"content":[]}}""", false)]
    [InlineData("""{"type":"ping"}""", false)]
    [InlineData("""{"type":"content_block_start","index":0}""", false)]
    [InlineData("""{"type":"response.output_item.added","output_index":0}""", false)]
    [InlineData("""{"type":"response.content_part.added","part":{"text":""}}""", false)]
    [InlineData("""{"choices":[{"index":0,"delta":{"content":"x"},"finish_reason":null}]}""", true)]
    [InlineData("""{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}""", true)]
    [InlineData("""{"choices":[{"index":0,"delta":{"role":"assistant","tool_calls":[{"index":0,"id":"c"}]},"finish_reason":null}]}""", true)]
    [InlineData("""{"choices":[{"index":0,"delta":{"reasoning_content":"hm"},"finish_reason":null}]}""", true)]
    [InlineData("""{"type":"response.output_text.delta","delta":"x"}""", true)]
    [InlineData("""{"type":"content_block_delta","index":0}""", true)]
    [InlineData("""{"unheard":"of"}""", true)]
    [InlineData("not json", true)]
    public void An_event_says_something_or_not(string data, bool says) =>
        Assert.Equal(says ? StartEventKind.Content : StartEventKind.Nothing, StartEvent.Classify(Encoding.UTF8.GetBytes(data), out _));

    [Theory]
    [InlineData("""{"error":{"message":"x","code":"c"}}""", null)]
    [InlineData("""{"type":"error","code":"server_error","message":"x"}""", "server_error")]
    [InlineData("""{"type":"error","error":{"type":"overloaded_error"}}""", null)]
    [InlineData("""{"type":"response.failed","response":{"error":{"code":"x"}}}""", null)]
    public void An_error_is_one_in_every_dialect(string data, string? code) =>
        Assert.Equal((StartEventKind.Error, code), (StartEvent.Classify(Encoding.UTF8.GetBytes(data), out var read), read));
}
