using System.Text;
using System.Text.Json.Nodes;

namespace LlmGateway.OpenAI.Tests.Streaming;

/// <summary>Answers of Anthropic's: a stream made whole, a whole one as a stream, and what either says of itself.</summary>
public sealed class MessageStreamTests
{
    private const string Whole = """
        {"id": "msg_1", "type": "message", "role": "assistant", "model": "claude-x", "content": [
          {"type": "thinking", "thinking": "Hm.", "signature": "sig"}, {"type": "redacted_thinking", "data": "xx"},
          {"type": "text", "text": "Grüße", "citations": [{"type": "char_location", "cited_text": "G"}]},
          {"type": "tool_use", "id": "t1", "name": "weather", "input": {"city": "Oslo"}}, {"type": "tool_use", "id": "t2", "name": "time", "input": {}},
          {"type": "web_search_tool_result", "tool_use_id": "t3", "content": [{"type": "web_search_result", "url": "https://a"}]}],
         "stop_reason": "tool_use", "stop_sequence": null,
         "usage": {"input_tokens": 10, "cache_read_input_tokens": 100, "cache_creation_input_tokens": 20, "output_tokens": 30, "output_tokens_details": {"thinking_tokens": 5}}}
        """;

    [Fact]
    public void A_stream_made_of_an_answer_is_that_answer_again()
    {
        var sse = StreamReplayer.ToSse("messages", Encoding.UTF8.GetBytes(Whole), includeUsage: false);

        Assert.True(StreamAssembler.TryAssemble("messages", sse, out var json, out var complete));
        Assert.True(complete);
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(Whole), JsonNode.Parse(json)), Encoding.UTF8.GetString(json));
    }

    [Fact]
    public void A_stream_without_its_end_or_with_an_error_is_not_whole()
    {
        var sse = Encoding.UTF8.GetString(StreamReplayer.ToSse("messages", Encoding.UTF8.GetBytes(Whole), includeUsage: false));
        var cut = sse[..sse.LastIndexOf("event: message_delta", StringComparison.Ordinal)];

        Assert.True(StreamAssembler.TryAssemble("messages", Encoding.UTF8.GetBytes(cut), out var json, out var complete));
        Assert.False(complete);
        Assert.Equal(6, JsonNode.Parse(json)!["content"]!.AsArray().Count);
        StreamAssembler.TryAssemble(
            "messages", Encoding.UTF8.GetBytes(cut + "event: error\ndata: {\"type\":\"error\",\"error\":{}}\n\nevent: message_stop\ndata: {\"type\":\"message_stop\"}\n\n"), out _, out complete);
        Assert.False(complete);
    }

    [Fact]
    public void Arguments_that_are_no_JSON_stay_the_text_that_they_are()
    {
        const string Sse =
            "data: {\"type\":\"message_start\",\"message\":{\"id\":\"m\"}}\n\n"
            + "data: {\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"tool_use\",\"id\":\"t\",\"name\":\"a\",\"input\":{}}}\n\n"
            + "data: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"input_json_delta\",\"partial_json\":\"{\\\"x\"}}\n\n"
            + "data: {\"type\":\"message_stop\"}\n\n";

        Assert.True(StreamAssembler.TryAssemble("messages", Encoding.UTF8.GetBytes(Sse), out var json, out _));
        Assert.Equal("{\"x", (string?)JsonNode.Parse(json)!["content"]![0]!["input"]);
    }

    [Fact]
    public void Usage_is_one_number_of_three_and_unknown_until_it_is_told()
    {
        var facts = default(AnswerFacts);

        Assert.True(AnswerReader.TryRead("""{"type":"message_start","message":{"id":"m","usage":{"input_tokens":0,"cache_creation_input_tokens":0,"cache_read_input_tokens":0,"output_tokens":0}}}"""u8, ref facts));
        Assert.False(facts.HasUsage);
        Assert.Equal("m", facts.Id);
        Assert.True(AnswerReader.TryRead("""{"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":7}}"""u8, ref facts));
        Assert.Equal(("end_turn", 7L, null), (facts.FinishReason, facts.OutputTokens, facts.InputTokens));
        Assert.True(AnswerReader.TryRead(Encoding.UTF8.GetBytes(Whole), ref facts));
        Assert.Equal((130L, 100L, 30L, 5L), (facts.InputTokens, facts.CachedInputTokens, facts.OutputTokens, facts.ReasoningTokens));
    }
}
