using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using CsCheck;

namespace LlmGateway.OpenAI.Tests.Streaming;

public sealed class StreamReplayerTests
{
    private const string ToolAnswer =
        """
        {"id":"chatcmpl-1","object":"chat.completion","created":1700000000,"model":"gpt-4o","x_provider":{"a":[1]},
         "choices":[{"index":0,"message":{"role":"assistant","content":null,"refusal":null,"reasoning_content":"because",
           "tool_calls":[{"id":"a","type":"function","function":{"name":"f","arguments":"{\"x\":1}"}},
                         {"id":"b","type":"custom","custom":{"name":"g","input":"text"}}]},
           "logprobs":null,"finish_reason":"tool_calls","x_choice":true}],
         "usage":{"prompt_tokens":1,"completion_tokens":2,"total_tokens":3}}
        """;

    private const string ResponseAnswer =
        """
        {"id":"resp_1","object":"response","created_at":1,"status":"completed","model":"m","output":[
          {"id":"rs_1","type":"reasoning","summary":[]},
          {"id":"msg_1","type":"message","status":"completed","role":"assistant","content":[
            {"type":"output_text","text":"Hallo","annotations":[]},{"type":"refusal","refusal":"No"}]},
          {"id":"fc_1","type":"function_call","status":"completed","call_id":"call_1","name":"f","arguments":"{}"}],
         "usage":{"input_tokens":1,"output_tokens":2,"total_tokens":3}}
        """;

    [Theory]
    [InlineData("chat.completions", ToolAnswer)]
    [InlineData("responses", ResponseAnswer)]
    [InlineData("completions", """{"id":"cmpl","object":"text_completion","created":1,"model":"m","choices":[{"index":0,"text":"ab","logprobs":{"tokens":["a","b"]},"finish_reason":"stop"}],"usage":{"prompt_tokens":1}}""")]
    public void A_replayed_answer_is_the_same_answer(string operation, string json)
    {
        var sse = StreamReplayer.ToSse(operation, Encoding.UTF8.GetBytes(json), includeUsage: true);

        Assert.True(StreamAssembler.TryAssemble(operation, sse, out var assembled, out var complete));
        Assert.True(complete);
        StreamAssemblerTests.AssertJson(json, JsonNode.Parse(assembled)!);
    }

    [Fact]
    public void Text_of_any_length_and_script_survives_in_several_choices()
    {
        var text = Gen.Int[0, 3000].Select(length => string.Concat(Enumerable.Range(0, length).Select(i => i % 7 == 0 ? "😀" : "aé漢\n"[i % 4].ToString())));
        text.Array[1, 3].Sample(
            texts =>
            {
                var choices = texts.Select((content, index) => new JsonObject
                {
                    ["index"] = index,
                    ["message"] = new JsonObject { ["role"] = "assistant", ["content"] = content, ["refusal"] = null },
                    ["logprobs"] = null,
                    ["finish_reason"] = "stop",
                });
                var answer = new JsonObject { ["id"] = "c", ["object"] = "chat.completion", ["choices"] = new JsonArray([.. choices]) };
                var sse = StreamReplayer.ToSse("chat.completions", Encoding.UTF8.GetBytes(answer.ToJsonString()), includeUsage: false);

                Assert.True(StreamAssembler.TryAssemble("chat.completions", sse, out var assembled, out var complete));
                Assert.True(complete);
                Assert.True(JsonNode.DeepEquals(answer, JsonNode.Parse(assembled)));
            },
            iter: 30);
    }

    [Fact]
    public void Usage_comes_only_when_asked_for()
    {
        var without = Events("chat.completions", ToolAnswer, includeUsage: false);
        var with = Events("chat.completions", ToolAnswer, includeUsage: true);

        Assert.DoesNotContain(without, data => data.Contains("usage", StringComparison.Ordinal));
        var last = JsonSerializer.Deserialize(with[^2], OpenAIJsonContext.Default.ChatCompletionChunk)!;
        Assert.Empty(last.Choices);
        Assert.Equal(3, last.Usage!.TotalTokens);
        Assert.Equal("[DONE]", with[^1]);
    }

    [Fact]
    public void Every_chat_chunk_is_a_chunk()
    {
        var chunks = Events("chat.completions", ToolAnswer, includeUsage: false)[..^1]
            .Select(data => JsonSerializer.Deserialize(data, OpenAIJsonContext.Default.ChatCompletionChunk)!).ToList();

        Assert.All(chunks, chunk => Assert.Equal("chat.completion.chunk", chunk.Object));
        Assert.Equal("assistant", chunks[0].Choices[0].Delta.Role);
        Assert.Equal([0, 1], chunks.SelectMany(chunk => chunk.Choices[0].Delta.ToolCalls ?? []).Select(call => call.Index!.Value));
        Assert.Equal("tool_calls", chunks[^1].Choices[0].FinishReason);
        Assert.All(chunks[..^1], chunk => Assert.Null(chunk.Choices[0].FinishReason));
    }

    [Fact]
    public void A_response_comes_in_the_order_of_its_events()
    {
        var events = Events("responses", ResponseAnswer, includeUsage: false)
            .Select(data => JsonSerializer.Deserialize(data, OpenAIJsonContext.Default.ResponseStreamEvent)!).ToList();

        Assert.Equal(Enumerable.Range(0, events.Count).Select(number => (long)number), events.Select(one => one.SequenceNumber));
        Assert.Equal(
            [
                "response.created", "response.in_progress",
                "response.output_item.added", "response.output_item.done",
                "response.output_item.added",
                "response.content_part.added", "response.output_text.delta", "response.output_text.done", "response.content_part.done",
                "response.content_part.added", "response.refusal.delta", "response.refusal.done", "response.content_part.done",
                "response.output_item.done",
                "response.output_item.added",
                "response.function_call_arguments.delta", "response.function_call_arguments.done",
                "response.output_item.done",
                "response.completed",
            ],
            events.Select(one => one.Type));
        Assert.Equal("Hallo", events[^1].Response!.OutputText());
    }

    [Fact]
    public void A_failed_response_is_replayed_as_failed() =>
        Assert.Contains("\"type\":\"response.failed\"", Events("responses", """{"id":"r","status":"failed","output":[]}""", false)[^1], StringComparison.Ordinal);

    [Theory]
    [InlineData("[]")]
    [InlineData("{")]
    public void What_is_no_answer_is_refused(string json) =>
        Assert.ThrowsAny<JsonException>(() => StreamReplayer.ToSse("chat.completions", Encoding.UTF8.GetBytes(json), false));

    private static List<string> Events(string operation, string json, bool includeUsage)
    {
        using var reader = new SseReader();
        reader.Feed(StreamReplayer.ToSse(operation, Encoding.UTF8.GetBytes(json), includeUsage));
        var events = new List<string>();
        while (reader.TryRead(out var frame))
        {
            events.Add(Encoding.UTF8.GetString(SseFrame.Data(frame)));
        }

        return events;
    }
}
