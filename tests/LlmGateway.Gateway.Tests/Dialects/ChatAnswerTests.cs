using System.Text.Json.Nodes;
using LlmGateway.Gateway.Requests;

namespace LlmGateway.Gateway.Tests.Dialects;

/// <summary>What becomes of Anthropic's answers on their way to a caller of chat completions.</summary>
public sealed class ChatAnswerTests
{
    private const string Ask = """{"messages": [{"role": "user", "content": "Hi"}]}""";
    private const string AskForJson = """{"messages": [{"role": "user", "content": "Hi"}], "response_format": {"type": "json_object"}}""";

    [Fact]
    public void Text_thoughts_calls_and_usage_by_kind()
    {
        var answer = Translated.Answer(Operation.ChatCompletions, Translated.Claude(), Ask,
            """
            {"id": "msg_1", "type": "message", "role": "assistant", "model": "claude-sonnet-4-5-20250929", "stop_reason": "tool_use", "stop_sequence": null,
             "content": [
               {"type": "thinking", "thinking": "Hm.", "signature": "sig"}, {"type": "redacted_thinking", "data": "xx"},
               {"type": "text", "text": "Let me "}, {"type": "text", "text": "see."},
               {"type": "tool_use", "id": "toolu_1", "name": "weather", "input": {"city": "Zürich"}},
               {"type": "tool_use", "id": "toolu_2", "name": "time", "input": {}}],
             "usage": {"input_tokens": 10, "cache_read_input_tokens": 100, "cache_creation_input_tokens": 20, "output_tokens": 30, "output_tokens_details": {"thinking_tokens": 5}}}
            """);

        Translated.AssertJson(
            """
            {"id": "msg_1", "object": "chat.completion", "created": 1700000000, "model": "claude-sonnet-4-5-20250929", "choices": [{"index": 0,
              "message": {"role": "assistant", "content": "Let me see.", "refusal": null, "reasoning_content": "Hm.",
                "thinking_blocks": [{"type": "thinking", "thinking": "Hm.", "signature": "sig"}, {"type": "redacted_thinking", "data": "xx"}],
                "tool_calls": [
                  {"id": "toolu_1", "type": "function", "function": {"name": "weather", "arguments": "{\"city\": \"Zürich\"}"}},
                  {"id": "toolu_2", "type": "function", "function": {"name": "time", "arguments": "{}"}}]},
              "logprobs": null, "finish_reason": "tool_calls"}],
             "usage": {"prompt_tokens": 130, "completion_tokens": 30, "total_tokens": 160,
               "prompt_tokens_details": {"cached_tokens": 100, "cache_write_tokens": 20}, "completion_tokens_details": {"reasoning_tokens": 5}}}
            """, answer);
    }

    [Theory]
    [InlineData("end_turn", "stop")]
    [InlineData("stop_sequence", "stop")]
    [InlineData("pause_turn", "stop")]
    [InlineData("max_tokens", "length")]
    [InlineData("model_context_window_exceeded", "length")]
    [InlineData("refusal", "content_filter")]
    public void Stop_reasons(string given, string expected)
    {
        var answer = Translated.Answer(Operation.ChatCompletions, Translated.Claude(), Ask, $$"""{"id": "m", "content": [], "stop_reason": "{{given}}"}""");

        Assert.Equal(expected, (string?)answer["choices"]![0]!["finish_reason"]);
        Assert.Null(answer["usage"]);
    }

    [Fact]
    public void The_tool_that_stands_for_the_answer_s_form_is_its_text()
    {
        const string Block = """{"type": "tool_use", "id": "t", "name": "llmgateway_json_answer", "input": {"a":1}}""";
        var answer = Translated.Answer(Operation.ChatCompletions, Translated.Claude(), AskForJson,
            $$"""{"id": "m", "content": [{"type": "text", "text": "Here:"}, {{Block}}], "stop_reason": "tool_use"}""");
        var streamed = Translated.Stream(Operation.ChatCompletions, Translated.Claude(), AskForJson,
            """{"type": "message_start", "message": {"id": "m"}}""",
            """{"type": "content_block_start", "index": 0, "content_block": {"type": "tool_use", "id": "t", "name": "llmgateway_json_answer", "input": {}}}""",
            """{"type": "content_block_delta", "index": 0, "delta": {"type": "input_json_delta", "partial_json": "{\"a\""}}""",
            """{"type": "content_block_delta", "index": 0, "delta": {"type": "input_json_delta", "partial_json": ":1}"}}""",
            """{"type": "content_block_stop", "index": 0}""",
            """{"type": "message_delta", "delta": {"stop_reason": "tool_use"}}""",
            """{"type": "message_stop"}""");

        Assert.Equal("{\"a\":1}", (string?)answer["choices"]![0]!["message"]!["content"]);
        Assert.Equal("stop", (string?)answer["choices"]![0]!["finish_reason"]);
        var deltas = Choices(streamed).ToList();
        Assert.Equal("{\"a\":1}", string.Concat(deltas.Select(choice => (string?)choice["delta"]!["content"])));
        Assert.Equal("stop", (string?)deltas[^1]["finish_reason"]);
    }

    [Fact]
    public void A_stream_comes_event_by_event_with_each_call_under_its_number()
    {
        var streamed = Translated.Stream(Operation.ChatCompletions, Translated.Claude(), Ask,
            """{"type": "message_start", "message": {"id": "msg_1", "model": "claude-x", "usage": {"input_tokens": 9, "cache_read_input_tokens": 2, "output_tokens": 1}}}""",
            """{"type": "ping"}""",
            """{"type": "content_block_start", "index": 0, "content_block": {"type": "thinking", "thinking": "", "signature": ""}}""",
            """{"type": "content_block_delta", "index": 0, "delta": {"type": "thinking_delta", "thinking": "Hm."}}""",
            """{"type": "content_block_delta", "index": 0, "delta": {"type": "signature_delta", "signature": "sig"}}""",
            """{"type": "content_block_stop", "index": 0}""",
            """{"type": "content_block_start", "index": 1, "content_block": {"type": "text", "text": ""}}""",
            """{"type": "content_block_delta", "index": 1, "delta": {"type": "text_delta", "text": "Grüße"}}""",
            """{"type": "content_block_stop", "index": 1}""",
            """{"type": "content_block_start", "index": 2, "content_block": {"type": "tool_use", "id": "t1", "name": "a", "input": {}}}""",
            """{"type": "content_block_delta", "index": 2, "delta": {"type": "input_json_delta", "partial_json": ""}}""",
            """{"type": "content_block_delta", "index": 2, "delta": {"type": "input_json_delta", "partial_json": "{\"x\":"}}""",
            """{"type": "content_block_start", "index": 3, "content_block": {"type": "tool_use", "id": "t2", "name": "b", "input": {}}}""",
            """{"type": "content_block_delta", "index": 2, "delta": {"type": "input_json_delta", "partial_json": "1}"}}""",
            """{"type": "content_block_stop", "index": 2}""",
            """{"type": "content_block_stop", "index": 3}""",
            """{"type": "message_delta", "delta": {"stop_reason": "tool_use"}, "usage": {"output_tokens": 20}}""",
            """{"type": "message_stop"}""");

        Assert.Equal("[DONE]", streamed[^1].Data);
        Assert.All(streamed.SkipLast(1), one => Assert.Equal("msg_1", (string?)JsonNode.Parse(one.Data)!["id"]));
        string[] expected =
        [
            """{"role":"assistant","content":""}""",
            """{"reasoning_content":"Hm."}""",
            """{"thinking_blocks":[{"type":"thinking","thinking":"Hm.","signature":"sig"}]}""",
            """{"content":"Grüße"}""",
            """{"tool_calls":[{"index":0,"id":"t1","type":"function","function":{"name":"a","arguments":""}}]}""",
            """{"tool_calls":[{"index":0,"function":{"arguments":"{\"x\":"}}]}""",
            """{"tool_calls":[{"index":1,"id":"t2","type":"function","function":{"name":"b","arguments":""}}]}""",
            """{"tool_calls":[{"index":0,"function":{"arguments":"1}"}}]}""",
            """{"tool_calls":[{"index":1,"function":{"arguments":"{}"}}]}""",
            "{}",
        ];
        var choices = Choices(streamed).ToList();
        Assert.Equal(expected.Length, choices.Count);
        for (var index = 0; index < expected.Length; index++)
        {
            Translated.AssertJson(expected[index], choices[index]["delta"]);
        }

        Assert.Equal("tool_calls", (string?)choices[^1]["finish_reason"]);
        Translated.AssertJson(
            """{"prompt_tokens": 11, "completion_tokens": 20, "total_tokens": 31, "prompt_tokens_details": {"cached_tokens": 2}}""", JsonNode.Parse(streamed[^2].Data)!["usage"]);
    }

    [Fact]
    public void An_error_in_the_stream_is_OpenAI_s_and_ends_it()
    {
        var streamed = Translated.Stream(Operation.ChatCompletions, Translated.Claude(), Ask,
            """{"type": "message_start", "message": {"id": "m"}}""",
            """{"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}""");

        Assert.Equal(["[DONE]"], streamed.Skip(2).Select(one => one.Data));
        Translated.AssertJson("""{"error": {"message": "Overloaded", "type": "server_error", "param": null, "code": "overloaded_error"}}""", JsonNode.Parse(streamed[1].Data));
    }

    private static IEnumerable<JsonNode> Choices(IEnumerable<(string? Name, string Data)> streamed) => streamed
        .Where(one => one.Data.StartsWith('{'))
        .Select(one => JsonNode.Parse(one.Data)!["choices"]!.AsArray())
        .Where(choices => choices.Count > 0)
        .Select(choices => choices[0]!);
}
