using System.Text;
using System.Text.Json;
using LlmGateway.Gateway.Dialects;
using LlmGateway.Gateway.Dialects.Responses;
using LlmGateway.TestKit.Contract;
using static LlmGateway.Gateway.Tests.Dialects.Translating;

namespace LlmGateway.Gateway.Tests.Dialects;

/// <summary>A chat completion's answers and streams as a response's, judged by OpenAI's own document.</summary>
public sealed class ResponsesAnswerTests
{
    private const string Usage = """{"prompt_tokens":9,"completion_tokens":5,"total_tokens":14,"prompt_tokens_details":{"cached_tokens":4},"completion_tokens_details":{"reasoning_tokens":2}}""";

    private const string Request = """
        {"model":"x","input":"hi","instructions":"be brief","temperature":0.5,"metadata":{"a":"b"},"store":false,"max_output_tokens":9,
         "tools":[{"type":"function","name":"f"}]}
        """;

    [Fact]
    public void A_message_is_an_item_with_the_requests_settings_and_usage()
    {
        var response = Answer(Message("""{"role":"assistant","content":"Hello"}""", "stop"));
        Assert.Equal(("response", "completed", "gpt"), (response.Text("object"), response.Text("status"), response.Text("model")));
        Assert.StartsWith("resp_", response.Text("id"), StringComparison.Ordinal);
        AssertJson("""{"input_tokens":9,"input_tokens_details":{"cached_tokens":4,"cache_write_tokens":0},"output_tokens":5,"output_tokens_details":{"reasoning_tokens":2},"total_tokens":14}""", response.GetProperty("usage"));
        var message = Assert.Single(response.GetProperty("output").EnumerateArray());
        Assert.Equal("Hello", message.GetProperty("content")[0].Text("text"));
        Assert.Equal(("be brief", "resp_before"), (response.Text("instructions"), response.Text("previous_response_id")));
        Assert.Equal((0.5, false, 9), (response.Number("temperature"), response.GetProperty("store").GetBoolean(), response.Count("max_output_tokens")));
        AssertJson("""{"a":"b"}""", response.GetProperty("metadata"));
        AssertJson("""[{"type":"function","name":"f","strict":null,"parameters":null}]""", response.GetProperty("tools"));
    }

    [Fact]
    public void Thoughts_text_refusal_and_calls_are_items_in_their_order()
    {
        var output = Answer(Message(
            """{"role":"assistant","reasoning_content":"hm","content":"Hello","refusal":"no","tool_calls":[{"id":"c1","type":"function","function":{"name":"f","arguments":"{}"}},{"id":"c2","type":"function","function":{"name":"g","arguments":"{\"x\":1}"}}]}""",
            "tool_calls")).GetProperty("output").EnumerateArray().ToList();
        Assert.Equal(["reasoning", "message", "function_call", "function_call"], output.Select(item => item.Kind));
        Assert.Equal(["output_text", "refusal"], output[1].Objects("content").Select(part => part.Kind));
        Assert.Equal(("c2", "g", "{\"x\":1}"), (output[3].Text("call_id"), output[3].Text("name"), output[3].Text("arguments")));
        Assert.Equal(4, output.Select(item => item.Text("id")).Distinct().Count());
    }

    [Theory]
    [InlineData("length", "max_output_tokens")]
    [InlineData("content_filter", "content_filter")]
    public void An_answer_that_was_cut_says_why(string finish, string reason)
    {
        var response = Answer(Message("""{"role":"assistant","content":"Hel"}""", finish));
        Assert.Equal("incomplete", response.Text("status"));
        Assert.Equal(reason, response.GetProperty("incomplete_details").Text("reason"));
        Assert.Equal("incomplete", response.GetProperty("output")[0].Text("status"));
    }

    [Fact]
    public void Unknown_usage_stays_unknown() => Assert.Null(
        Answer("""{"id":"c","model":"gpt","choices":[{"index":0,"message":{"content":"x"},"finish_reason":"stop"}]}""").Member("usage"));

    [Fact]
    public void Citations_and_probabilities_come_along()
    {
        var part = Answer("""
            {"id":"c","model":"gpt","choices":[{"index":0,"finish_reason":"stop",
             "logprobs":{"content":[{"token":"x","logprob":-0.5,"bytes":[120],"top_logprobs":[{"token":"y","logprob":-1,"bytes":null}]}],"refusal":null},
             "message":{"content":"x","annotations":[{"type":"url_citation","url_citation":{"start_index":0,"end_index":1,"url":"http://a","title":"A"}}]}}]}
            """).GetProperty("output")[0].GetProperty("content")[0];
        AssertJson("""[{"type":"url_citation","start_index":0,"end_index":1,"url":"http://a","title":"A"}]""", part.GetProperty("annotations"));
        AssertJson("""[{"token":"x","logprob":-0.5,"bytes":[120],"top_logprobs":[{"token":"y","logprob":-1,"bytes":[]}]}]""", part.GetProperty("logprobs"));
    }

    [Fact]
    public void A_stream_of_text_has_all_events_in_order()
    {
        var events = Stream(Chunk("""{"role":"assistant","content":""}"""), Chunk("""{"content":"Hel"}"""), Chunk("""{"content":"lo"}"""), Chunk("{}", "stop"), UsageChunk, "[DONE]");
        Assert.Equal(
            [
                "response.created", "response.in_progress", "response.output_item.added", "response.content_part.added", "response.output_text.delta",
                "response.output_text.delta", "response.output_text.done", "response.content_part.done", "response.output_item.done", "response.completed",
            ],
            events.Select(told => told.Kind));
        var response = events[^1].GetProperty("response");
        Assert.Equal("Hello", response.GetProperty("output")[0].GetProperty("content")[0].Text("text"));
        Assert.Equal(9, response.GetProperty("usage").Count("input_tokens"));
        Assert.Equal("in_progress", events[0].GetProperty("response").Text("status"));
    }

    [Fact]
    public void Thoughts_close_before_the_text_and_calls_may_come_mixed()
    {
        var events = Stream(
            Chunk("""{"reasoning_content":"h"}"""),
            Chunk("""{"reasoning_content":"m"}"""),
            Chunk("""{"thinking_blocks":[{"type":"thinking","thinking":"hm","signature":"s"}]}"""),
            Chunk("""{"content":"Look."}"""),
            Chunk("""{"tool_calls":[{"index":0,"id":"c1","type":"function","function":{"name":"f","arguments":""}}]}"""),
            Chunk("""{"tool_calls":[{"index":1,"id":"c2","type":"function","function":{"name":"g","arguments":"{"}}]}"""),
            Chunk("""{"tool_calls":[{"index":0,"function":{"arguments":"{}"}}]}"""),
            Chunk("""{"tool_calls":[{"index":1,"function":{"arguments":"}"}}]}"""),
            Chunk("{}", "tool_calls"),
            "[DONE]");
        var output = events[^1].GetProperty("response").GetProperty("output").EnumerateArray().ToList();
        Assert.Equal(["reasoning", "message", "function_call", "function_call"], output.Select(item => item.Kind));
        Assert.Equal("hm", output[0].GetProperty("content")[0].Text("text"));
        AssertJson("""{"type":"thinking","thinking":"hm","signature":"s"}""", Assert.Single(SignedThoughts.Unpack(output[0])));
        Assert.Equal(["{}", "{}"], output[2..].Select(item => item.Text("arguments")));
        var kinds = events.Select(told => told.Kind!).ToList();
        Assert.True(kinds.IndexOf("response.reasoning_text.done") < kinds.IndexOf("response.output_text.delta"));
        Assert.Equal(2, kinds.Count(kind => kind == "response.function_call_arguments.done"));
    }

    [Fact]
    public void Calls_without_an_index_are_told_apart_by_their_ids()
    {
        var events = Stream(
            Chunk("""{"tool_calls":[{"id":"c1","function":{"name":"f","arguments":"{}"}},{"id":"c2","function":{"name":"g","arguments":"[]"}}]}"""), Chunk("{}", "tool_calls"), "[DONE]");
        Assert.Equal(["{}", "[]"], events[^1].GetProperty("response").Objects("output").Select(item => item.Text("arguments")));
    }

    [Fact]
    public void A_refusal_and_an_empty_answer_are_messages()
    {
        Assert.Contains("response.refusal.done", Stream(Chunk("""{"refusal":"no"}"""), Chunk("{}", "stop"), "[DONE]").Select(told => told.Kind));
        var empty = Stream(Chunk("{}", "stop"), "[DONE]")[^1].GetProperty("response");
        Assert.Equal("", Assert.Single(empty.Objects("output")).GetProperty("content")[0].Text("text"));
    }

    [Fact]
    public void An_error_in_the_stream_fails_the_response_and_nothing_follows()
    {
        var events = Stream(Chunk("""{"content":"Hel"}"""), """{"error":{"message":"overloaded","type":"server_error","code":"overloaded"}}""", "[DONE]");
        Assert.Equal("response.failed", events[^1].Kind);
        var response = events[^1].GetProperty("response");
        Assert.Equal(("failed", "overloaded"), (response.Text("status"), response.GetProperty("error").Text("message")));
        Assert.Equal("incomplete", response.GetProperty("output")[0].Text("status"));
    }

    [Fact]
    public void A_stream_that_breaks_off_is_not_told_as_complete() =>
        Assert.Equal("response.output_text.delta", Stream(Chunk("""{"content":"Hel"}"""))[^1].Kind);

    [Fact]
    public void Data_that_is_not_JSON_is_an_error() => Assert.ThrowsAny<JsonException>(() => Stream("{nothing"));

    [Fact]
    public void An_answer_without_a_message_is_an_error() => Assert.ThrowsAny<JsonException>(() => Answer("""{"id":"c","choices":[]}"""));

    private static string UsageChunk => $$"""{"id":"c","object":"chat.completion.chunk","created":1,"model":"gpt","choices":[],"usage":{{Usage}}}""";

    private static string Message(string message, string finish) =>
        $$"""{"id":"chatcmpl-1","object":"chat.completion","created":1,"model":"gpt","choices":[{"index":0,"message":{{message}},"finish_reason":"{{finish}}"}],"usage":{{Usage}}}""";

    private static string Chunk(string delta, string? finish = null) =>
        $$"""{"id":"c","object":"chat.completion.chunk","created":1,"model":"gpt","choices":[{"index":0,"delta":{{delta}},"finish_reason":{{(finish is null ? "null" : $"\"{finish}\"")}}}]}""";

    private static JsonElement Answer(string answer)
    {
        var response = Begun().Answer(answer);
        AssertContract(response, "application/json");
        return JsonElement.Parse(Encoding.UTF8.GetBytes(response));
    }

    /// <summary>Every event keeps the contract, and they are numbered from 0.</summary>
    private static List<JsonElement> Stream(params string[] chunks)
    {
        var events = Begun().Stream(chunks);
        events.ForEach(told => AssertContract(told.GetRawText(), "text/event-stream"));
        Assert.Equal(Enumerable.Range(0, events.Count).Select(number => (long?)number), events.Select(told => told.Count("sequence_number")));
        return events;
    }

    private static ResponsesToChat Begun()
    {
        var translation = new ResponsesToChat(Context(previous: "resp_before"));
        translation.Request(Request);
        return translation;
    }

    private static void AssertContract(string json, string contentType)
    {
        if (OpenApiContract.TryLoad(out var contract, out _))
        {
            var errors = contract.Errors("POST", "/responses", 200, json, contentType);
            Assert.True(errors.Count == 0, $"{json}: {string.Join("; ", errors)}");
        }
    }
}
