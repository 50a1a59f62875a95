using System.Text.Json.Nodes;
using LlmGateway.Gateway.Requests;

namespace LlmGateway.Gateway.Tests.Dialects;

/// <summary>What becomes of chat completions on their way to a caller of Anthropic's messages.</summary>
public sealed class MessagesAnswerTests
{
    private const string Ask = """{"max_tokens": 10, "messages": [{"role": "user", "content": "Hi"}]}""";

    [Fact]
    public void Text_thoughts_calls_and_usage_by_kind()
    {
        var answer = Translated.Answer(Operation.Messages, Translated.Generic(), Ask,
            """
            {"id": "chatcmpl-1", "object": "chat.completion", "created": 1, "model": "m", "choices": [{"index": 0, "finish_reason": "stop", "message": {
              "role": "assistant", "content": "Let me see.", "reasoning_content": "Hm.", "tool_calls": [
                {"id": "call_1", "type": "function", "function": {"name": "weather", "arguments": "{\"city\":\"Oslo\"}"}},
                {"id": "", "type": "function", "function": {"name": "broken", "arguments": "{\"city\":"}},
                {"id": "call_3", "type": "function", "function": {"name": "whole", "arguments": {"a": 1}}}]}}],
             "usage": {"prompt_tokens": 130, "completion_tokens": 30, "total_tokens": 160, "prompt_tokens_details": {"cached_tokens": 100}, "completion_tokens_details": {"reasoning_tokens": 5}}}
            """);

        Translated.AssertJson(
            """
            {"id": "chatcmpl-1", "type": "message", "role": "assistant", "model": "m", "stop_reason": "tool_use", "stop_sequence": null, "content": [
               {"type": "thinking", "thinking": "Hm.", "signature": "llmgateway.reasoning_content"},
               {"type": "text", "text": "Let me see."},
               {"type": "tool_use", "id": "call_1", "name": "weather", "input": {"city": "Oslo"}, "caller": {"type": "direct"}},
               {"type": "tool_use", "id": "call_1", "name": "broken", "input": {"malformed_arguments": "{\"city\":"}, "caller": {"type": "direct"}},
               {"type": "tool_use", "id": "call_3", "name": "whole", "input": {"a": 1}, "caller": {"type": "direct"}}],
             "usage": {"input_tokens": 30, "cache_creation_input_tokens": 0, "cache_read_input_tokens": 100, "output_tokens": 30, "output_tokens_details": {"thinking_tokens": 5}}}
            """, answer);
    }

    [Theory]
    [InlineData("stop", "end_turn")]
    [InlineData("length", "max_tokens")]
    [InlineData("content_filter", "refusal")]
    public void Stop_reasons(string given, string expected)
    {
        var answer = Translated.Answer(Operation.Messages, Translated.Generic(), Ask,
            $$"""{"id": "c", "choices": [{"index": 0, "message": {"role": "assistant", "content": "a"}, "finish_reason": "{{given}}"}]}""");

        Assert.Equal(expected, (string?)answer["stop_reason"]);
    }

    [Fact]
    public void A_refusal_is_the_text_and_the_reason()
    {
        var answer = Translated.Answer(Operation.Messages, Translated.Generic(), Ask,
            """{"id": "c", "choices": [{"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": null, "refusal": "No."}}]}""");

        Assert.Equal("refusal", (string?)answer["stop_reason"]);
        Translated.AssertJson("""[{"type": "text", "text": "No."}]""", answer["content"]);
    }

    [Fact]
    public void A_stream_has_one_block_behind_the_other()
    {
        var streamed = Stream(
            Chunk("""{"role": "assistant", "content": ""}"""),
            Chunk("""{"reasoning_content": "Hm."}"""),
            Chunk("""{"content": "Grüße"}"""),
            Chunk("""{"tool_calls": [{"index": 0, "id": "a", "type": "function", "function": {"name": "x", "arguments": ""}}]}"""),
            Chunk("""{"tool_calls": [{"index": 0, "function": {"arguments": "{\"n\":1}"}}]}"""),
            Chunk("""{"tool_calls": [{"index": 1, "id": "b", "type": "function", "function": {"name": "y", "arguments": "{}"}}]}"""),
            Chunk("{}", "tool_calls"),
            """{"id": "c", "model": "m", "choices": [], "usage": {"prompt_tokens": 9, "completion_tokens": 4}}""",
            "[DONE]");

        Assert.All(streamed, one => Assert.Equal(one.Name, (string?)JsonNode.Parse(one.Data)!["type"]));
        Assert.Equal(
            """
            message_start
            start 0 {"type":"thinking","thinking":"","signature":""}
            delta 0 {"type":"thinking_delta","thinking":"Hm."}
            delta 0 {"type":"signature_delta","signature":"llmgateway.reasoning_content"}
            stop 0
            start 1 {"type":"text","text":""}
            delta 1 {"type":"text_delta","text":"Grüße"}
            stop 1
            start 2 {"type":"tool_use","id":"a","name":"x","input":{},"caller":{"type":"direct"}}
            delta 2 {"type":"input_json_delta","partial_json":"{\"n\":1}"}
            stop 2
            start 3 {"type":"tool_use","id":"b","name":"y","input":{},"caller":{"type":"direct"}}
            delta 3 {"type":"input_json_delta","partial_json":"{}"}
            stop 3
            message_delta
            message_stop
            """, Sketch(streamed), ignoreLineEndingDifferences: true);
        Translated.AssertJson("""{"stop_reason": "tool_use", "stop_sequence": null}""", JsonNode.Parse(streamed[^2].Data)!["delta"]);
        Translated.AssertJson(
            """{"input_tokens": 9, "cache_creation_input_tokens": 0, "cache_read_input_tokens": 0, "output_tokens": 4}""", JsonNode.Parse(streamed[^2].Data)!["usage"]);
    }

    [Fact]
    public void Pieces_of_calls_that_come_mixed_or_malformed_spoil_no_other()
    {
        var streamed = Stream(
            Chunk("""{"tool_calls": [{"index": 0, "id": "a", "function": {"name": "x", "arguments": "{\"n\""}}, 7, {"index": 1, "id": "b", "function": {"name": "y", "arguments": null}}]}"""),
            Chunk("""{"tool_calls": [{"index": 1, "function": {"arguments": "{\"m\":"}}, {"index": 0, "function": {"arguments": ":1}"}}, {"index": 1}]}"""),
            Chunk("""{"tool_calls": [{"index": 1, "function": {"arguments": "2}"}}]}"""),
            Chunk("""{"tool_calls": [{"index": 2, "id": "c", "function": {"name": "z", "arguments": "{\"broken"}}]}"""),
            Chunk("{}", "tool_calls"),
            "[DONE]");

        var blocks = streamed.Select(one => JsonNode.Parse(one.Data)!).Where(one => (string?)one["type"] == "content_block_delta")
            .GroupBy(one => (int)one["index"]!, one => (string?)one["delta"]!["partial_json"])
            .Select(group => $"{group.Key} {string.Concat(group)}");
        Assert.Equal(["0 {\"n\":1}", "1 {\"m\":2}", "2 {\"broken"], blocks.Order());
        Assert.Equal(3, streamed.Count(one => one.Name == "content_block_stop"));
    }

    [Fact]
    public void Calls_without_numbers_or_ids_are_told_apart()
    {
        var streamed = Stream(
            Chunk("""{"tool_calls": [{"id": "a", "function": {"name": "x", "arguments": "{}"}}]}"""),
            Chunk("""{"tool_calls": [{"id": "b", "function": {"name": "y", "arguments": "{}"}}]}"""),
            Chunk("{}", "stop"));

        Assert.Equal(["a", "b"], streamed.Where(one => one.Name == "content_block_start").Select(one => (string?)JsonNode.Parse(one.Data)!["content_block"]!["id"]));
        Assert.Equal("message_stop", streamed[^1].Name);
        Assert.Equal("tool_use", (string?)JsonNode.Parse(streamed[^2].Data)!["delta"]!["stop_reason"]);
    }

    [Fact]
    public void A_stream_that_breaks_off_has_no_end_and_an_error_is_Anthropic_s()
    {
        var broken = Stream(Chunk("""{"content": "Hal"}"""));
        var failed = Stream(Chunk("""{"content": "Hal"}"""), """{"error": {"message": "Too many.", "type": "rate_limit_error", "code": "rate_limit_exceeded"}}""");

        Assert.Equal("content_block_delta", broken[^1].Name);
        Assert.Equal("error", failed[^1].Name);
        Translated.AssertJson("""{"type": "error", "error": {"type": "rate_limit_error", "message": "Too many."}}""", JsonNode.Parse(failed[^1].Data));
    }

    private static IReadOnlyList<(string? Name, string Data)> Stream(params string[] events) => Translated.Stream(Operation.Messages, Translated.Generic(), Ask, events);

    private static string Chunk(string delta, string? finish = null) => new JsonObject
    {
        ["id"] = "c",
        ["object"] = "chat.completion.chunk",
        ["model"] = "m",
        ["choices"] = new JsonArray(new JsonObject { ["index"] = 0, ["delta"] = JsonNode.Parse(delta), ["finish_reason"] = finish }),
    }.ToJsonString();

    private static string Sketch(IEnumerable<(string? Name, string Data)> streamed) => string.Join('\n', streamed.Select(one =>
    {
        var data = JsonNode.Parse(one.Data)!;
        var what = data["content_block"] ?? data["delta"];
        return one.Name!.StartsWith("content_block_", StringComparison.Ordinal)
            ? $"{one.Name["content_block_".Length..]} {data["index"]} {(what is null ? "" : what.ToJsonString(Relaxed))}".TrimEnd()
            : one.Name;
    }));

    private static readonly System.Text.Json.JsonSerializerOptions Relaxed = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
}
