using System.Text.Json;
using LlmGateway.OpenAI.Tests.Streaming;

namespace LlmGateway.OpenAI.Tests.Wire;

public sealed class WireTypeTests
{
    [Fact]
    public void A_chat_request_survives_with_what_we_do_not_know() => RoundTrip<ChatCompletionRequest>(
        """
        {"model":"gpt-4o","messages":[{"role":"system","content":"Be brief."},
          {"role":"user","content":[{"type":"text","text":"What is it?"},{"type":"image_url","image_url":{"url":"data:,"}}],"x_id":5}],
         "temperature":0.5,"top_p":1,"n":2,"stop":["a","b"],"stream":true,"stream_options":{"include_usage":true,"x":1},
         "max_completion_tokens":10,"seed":7,"tools":[{"type":"function","function":{"name":"f"}}],"tool_choice":"auto",
         "response_format":{"type":"json_object"},"user":"u","metadata":{"k":"v"},"store":false,"x_provider":{"deep":[1,null]}}
        """);

    [Fact]
    public void A_chat_answer_survives_with_what_we_do_not_know() => RoundTrip<ChatCompletion>(
        """
        {"id":"chatcmpl-1","object":"chat.completion","created":1700000000,"model":"m","service_tier":"default","system_fingerprint":"fp",
         "choices":[{"index":0,"message":{"role":"assistant","content":null,"reasoning_content":"r","annotations":[],
            "tool_calls":[{"id":"a","type":"function","function":{"name":"f","arguments":"{}"}}]},"logprobs":null,"finish_reason":"tool_calls"}],
         "usage":{"prompt_tokens":1,"completion_tokens":2,"total_tokens":3,"prompt_tokens_details":{"cached_tokens":0,"audio_tokens":0},
            "completion_tokens_details":{"reasoning_tokens":0}}}
        """);

    [Fact]
    public void A_response_survives_with_what_we_do_not_know() => RoundTrip<Response>(
        """
        {"id":"resp_1","object":"response","created_at":1,"status":"completed","model":"m","error":null,"incomplete_details":null,
         "output":[{"type":"reasoning","id":"rs","summary":[]},{"type":"message","id":"msg","status":"completed","role":"assistant",
            "content":[{"type":"output_text","text":"Hi","annotations":[],"logprobs":[]}]}],
         "usage":{"input_tokens":1,"input_tokens_details":{"cached_tokens":0},"output_tokens":1,"output_tokens_details":{"reasoning_tokens":0},"total_tokens":2},
         "truncation":"disabled"}
        """);

    [Fact]
    public void A_model_survives_with_what_we_do_not_know() =>
        RoundTrip<Model>("""{"id":"m","object":"model","created":1,"owned_by":"me","context_length":4096}""");

    [Fact]
    public void Defaults_hold_where_the_JSON_is_silent() =>
        Assert.Equal("model", JsonSerializer.Deserialize("""{"id":"m"}""", OpenAIJsonContext.Default.Model)!.Object);

    [Theory]
    [InlineData("\"plain\"", "plain")]
    [InlineData("""[{"type":"text","text":"a"},{"type":"image_url"},{"type":"text","text":"b"}]""", "ab")]
    [InlineData("null", null)]
    public void A_message_tells_its_text(string content, string? expected)
    {
        var message = JsonSerializer.Deserialize($$"""{"role":"user","content":{{content}}}""", OpenAIJson.TypeInfo<ChatMessage>())!;

        Assert.Equal(expected, message.Text());
    }

    [Theory]
    [InlineData("\"a\"", new[] { "a" })]
    [InlineData("""["a","b"]""", new[] { "a", "b" })]
    [InlineData("null", new string[0])]
    public void Stop_is_one_string_or_several(string stop, string[] expected)
    {
        var request = JsonSerializer.Deserialize($$"""{"model":"m","messages":[],"stop":{{stop}}}""", OpenAIJson.TypeInfo<ChatCompletionRequest>())!;

        Assert.Equal(expected, request.StopSequences());
    }

    [Fact]
    public void A_request_without_model_is_refused() =>
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize("""{"messages":[]}""", OpenAIJson.TypeInfo<ChatCompletionRequest>()));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_vector_is_the_same_in_both_encodings(bool base64)
    {
        float[] vector = [0.5f, -1.25f, 3e-8f];
        var json = JsonSerializer.Serialize(Embedding.Of(2, vector, base64), OpenAIJson.TypeInfo<Embedding>());
        var read = JsonSerializer.Deserialize(json, OpenAIJson.TypeInfo<Embedding>())!;

        Assert.Equal(base64 ? JsonValueKind.String : JsonValueKind.Array, read.Values.ValueKind);
        Assert.Equal(vector, read.ToVector());
    }

    [Fact]
    public void An_error_writes_its_nulls() => StreamAssemblerTests.AssertJson(
        """{"error":{"message":"m","type":"invalid_request_error","param":null,"code":null}}""",
        JsonSerializer.SerializeToNode(
            new OpenAIErrorResponse(new OpenAIError("m", OpenAIErrorTypes.InvalidRequest, null, null)), OpenAIJsonContext.Default.OpenAIErrorResponse)!);

    [Fact]
    public void An_empty_page_writes_its_ids_as_null() => StreamAssemblerTests.AssertJson(
        """{"object":"list","data":[],"first_id":null,"last_id":null,"has_more":false}""",
        JsonSerializer.SerializeToNode(new ListPage<ChatCompletion> { Data = [] }, OpenAIJson.TypeInfo<ListPage<ChatCompletion>>())!);

    private static void RoundTrip<T>(string json)
    {
        var value = JsonSerializer.Deserialize(json, OpenAIJson.TypeInfo<T>())!;
        StreamAssemblerTests.AssertJson(json, JsonSerializer.SerializeToNode(value, OpenAIJson.TypeInfo<T>())!);
    }
}
