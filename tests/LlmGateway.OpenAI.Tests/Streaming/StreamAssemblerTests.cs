using System.Text;
using System.Text.Json.Nodes;

namespace LlmGateway.OpenAI.Tests.Streaming;

public sealed class StreamAssemblerTests
{
    [Fact]
    public void Pieces_of_text_and_unknown_text_are_joined()
    {
        var (answer, complete) = Chat(
            """{"id":"c1","object":"chat.completion.chunk","created":5,"model":"m","system_fingerprint":"fp","service_tier":"default","choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}],"usage":null}""",
            """{"id":"c1","choices":[{"index":0,"delta":{"reasoning_content":"hm"}}]}""",
            """{"id":"c1","choices":[{"index":0,"delta":{"reasoning_content":"m","content":"Grüße"}}]}""",
            """{"id":"c1","choices":[{"index":0,"delta":{"content":" 😀"}}],"obfuscation":"xx"}""",
            """{"id":"c1","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}""",
            """{"id":"c1","choices":[],"usage":{"prompt_tokens":3,"completion_tokens":2,"total_tokens":5}}""",
            "[DONE]");

        Assert.True(complete);
        AssertJson(
            """
            {"id":"c1","object":"chat.completion","created":5,"model":"m","system_fingerprint":"fp","service_tier":"default",
             "choices":[{"index":0,"message":{"role":"assistant","content":"Grüße 😀","reasoning_content":"hmm","refusal":null},
                         "logprobs":null,"finish_reason":"stop"}],
             "usage":{"prompt_tokens":3,"completion_tokens":2,"total_tokens":5}}
            """,
            answer);
    }

    [Fact]
    public void Mixed_pieces_of_several_tool_calls_find_their_call()
    {
        var (answer, complete) = Chat(
            """{"id":"c","choices":[{"index":0,"delta":{"tool_calls":[{"index":1,"id":"b","type":"function","function":{"name":"second","arguments":""}}]}}]}""",
            """{"id":"c","choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"a","type":"function","function":{"name":"first","arguments":"{"}}]}}]}""",
            """{"id":"c","choices":[{"index":0,"delta":{"tool_calls":[{"index":1,"function":{"arguments":"{}"}},{"index":0,"function":{"arguments":"}"}}]}}]}""",
            """{"id":"c","choices":[{"index":0,"delta":{},"finish_reason":"tool_calls"}]}""",
            "[DONE]");

        Assert.True(complete);
        AssertJson(
            """
            [{"id":"a","type":"function","function":{"name":"first","arguments":"{}"}},
             {"id":"b","type":"function","function":{"name":"second","arguments":"{}"}}]
            """,
            answer["choices"]![0]!["message"]!["tool_calls"]!);
    }

    [Fact]
    public void A_huge_tool_call_index_costs_one_call()
    {
        var (answer, _) = Chat(
            """{"id":"c","choices":[{"index":0,"delta":{"tool_calls":[{"index":2000000000,"id":"a"}]},"finish_reason":"tool_calls"}]}""", "[DONE]");

        Assert.Single(answer["choices"]![0]!["message"]!["tool_calls"]!.AsArray());
    }

    [Theory]
    [InlineData("""{"id":"c","choices":[{"index":0,"delta":{"content":"a"},"finish_reason":"stop"}]}""", "")]
    [InlineData("""{"id":"c","choices":[{"index":0,"delta":{"content":"a"}}]}""", "[DONE]")]
    [InlineData("""{"id":"c","choices":[{"index":0,"delta":{"content":"a"},"finish_reason":"stop"},{"index":1,"delta":{"content":"b"}}]}""", "[DONE]")]
    public void A_stream_without_its_end_is_not_complete(string chunk, string end)
    {
        var (answer, complete) = Chat(chunk, end);

        Assert.False(complete);
        Assert.Equal("a", (string?)answer["choices"]![0]!["message"]!["content"]);
    }

    [Fact]
    public void A_stream_with_an_error_is_not_complete()
    {
        var (_, complete) = Chat(
            """{"id":"c","choices":[{"index":0,"delta":{"content":"a"},"finish_reason":"stop"}]}""",
            """{"error":{"message":"overloaded"}}""",
            "[DONE]");

        Assert.False(complete);
    }

    [Theory]
    [InlineData("chat.completions", "data: {\"a\":1,\"a\":2,\"choices\":[]}\n\n")]
    [InlineData("chat.completions", "data: {broken\n\n")]
    [InlineData("chat.completions", "data: {\"choices\":[{\"index\":1e99,\"delta\":{}}]}\n\n")]
    [InlineData("chat.completions", "")]
    [InlineData("responses", "data: {\"type\":\"response.output_text.delta\",\"delta\":\"a\"}\n\n")]
    [InlineData("embeddings", "data: {}\n\n")]
    public void Nothing_is_made_of_a_stream_without_an_answer(string operation, string sse)
    {
        Assert.False(StreamAssembler.TryAssemble(operation, Encoding.UTF8.GetBytes(sse), out var json, out var complete));
        Assert.Empty(json);
        Assert.False(complete);
    }

    [Theory]
    [InlineData("completed", true)]
    [InlineData("incomplete", true)]
    [InlineData("failed", false)]
    public void A_response_is_that_of_its_last_event(string status, bool expected)
    {
        var sse = Sse(
            """{"type":"response.created","response":{"id":"r","status":"in_progress"}}""",
            """{"type":"response.output_text.delta","delta":"a"}""",
            $$"""{"type":"response.{{status}}","response":{"id":"r","status":"{{status}}"} }""");

        Assert.True(StreamAssembler.TryAssemble("responses", sse, out var json, out var complete));
        Assert.Equal(expected, complete);
        Assert.Equal(status, (string?)JsonNode.Parse(json)!["status"]);
    }

    internal static void AssertJson(string expected, JsonNode actual) =>
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), actual), actual.ToJsonString());

    private static (JsonNode Answer, bool Complete) Chat(params string[] data)
    {
        Assert.True(StreamAssembler.TryAssemble("chat.completions", Sse(data), out var json, out var complete));
        return (JsonNode.Parse(json)!, complete);
    }

    private static byte[] Sse(params string[] data) =>
        Encoding.UTF8.GetBytes(string.Concat(data.Where(one => one.Length > 0).Select(one => $"data: {one}\n\n")));
}
