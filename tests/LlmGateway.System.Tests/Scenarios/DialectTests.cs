using System.Text;
using System.Text.Json;
using LlmGateway.OpenAI;
using LlmGateway.TestKit.Upstream;

namespace LlmGateway.System.Tests;

/// <summary>An application of either API calls any model, and finds its calls in the log as it made them.</summary>
public abstract class DialectTests(RunningSystem gateway) : Scenario(gateway)
{
    private const string Message = """
        {"id": "msg_1", "type": "message", "role": "assistant", "model": "claude-sonnet-4-5", "content": [{"type": "text", "text": "Bonjour!"}], "stop_reason": "end_turn", "stop_sequence": null,
         "usage": {"input_tokens": 10, "cache_read_input_tokens": 100, "cache_creation_input_tokens": 20, "output_tokens": 6}}
        """;

    private const string Events = """
        event: message_start
        data: {"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","model":"claude-sonnet-4-5","content":[],"stop_reason":null,"usage":{"input_tokens":10,"cache_read_input_tokens":100,"cache_creation_input_tokens":20,"output_tokens":1}}}

        event: content_block_start
        data: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}

        event: content_block_delta
        data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Bonjour!"}}

        event: content_block_stop
        data: {"type":"content_block_stop","index":0}

        event: message_delta
        data: {"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null},"usage":{"output_tokens":6}}

        event: message_stop
        data: {"type":"message_stop"}


        """;

    [Theory]
    [InlineData("messages", false)]
    [InlineData("messages", true)]
    [InlineData("chat/completions", false)]
    [InlineData("chat/completions", true)]
    public async Task Either_API_reaches_a_model_of_Anthropic_s(string path, bool stream)
    {
        Gateway.Upstream.Script = stream ? new UpstreamScript { Body = Events.ReplaceLineEndings("\n"), ContentType = "text/event-stream" } : new UpstreamScript { Body = Message };

        using var answer = await AskAsync(path, RunningSystem.ClaudeModel, stream);
        var text = await answer.Content.ReadAsStringAsync(Cancel);

        Assert.Contains("Bonjour!", text, StringComparison.Ordinal);
        var request = Assert.Single(ModelCalls);
        Assert.Equal(("/v1/messages", "sk-ant-upstream-secret"), (request.Path, request.Headers["x-api-key"]));
        var row = await StoredAsync(answer);
        Assert.Equal((130, 6), (row.GetProperty("input_tokens").GetInt64(), row.GetProperty("output_tokens").GetInt64()));
        Assert.Equal("Bonjour!", Said(path, row.GetProperty("response")));
        Assert.Equal("Hello", row.GetProperty("request").GetProperty("messages")[0].GetProperty("content").GetString());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Messages_reach_a_model_of_OpenAI_s(bool stream)
    {
        using var answer = await AskAsync("messages", RunningSystem.PricedModel, stream);
        var text = await answer.Content.ReadAsStringAsync(Cancel);

        Assert.Equal("/v1/chat/completions", Assert.Single(ModelCalls).Path);
        Assert.Contains(stream ? "event: message_stop" : "\"end_turn\"", text, StringComparison.Ordinal);
        var row = await StoredAsync(answer);
        Assert.Equal("messages", row.GetProperty("operation").GetString());
        Assert.Equal((11, 7), (row.GetProperty("input_tokens").GetInt64(), row.GetProperty("output_tokens").GetInt64()));
        Assert.Equal(new UpstreamScript().Text, Said("messages", row.GetProperty("response")));
    }

    [Fact]
    public async Task A_stream_that_breaks_off_ends_in_the_caller_s_form()
    {
        Gateway.Upstream.Script = new UpstreamScript { Fault = UpstreamFault.CutInBody };

        using var answer = await AskAsync("messages", RunningSystem.PricedModel, stream: true);
        var text = await answer.Content.ReadAsStringAsync(Cancel);

        var frames = new List<string?>();
        for (ReadOnlySpan<byte> rest = Encoding.UTF8.GetBytes(text); SseFrame.Length(rest, final: true) is > 0 and var length; rest = rest[length..])
        {
            frames.Add(SseFrame.Event(rest[..length]));
        }

        Assert.Equal("error", frames[^1]);
        var row = await StoredAsync(answer);
        Assert.Equal("incomplete", row.GetProperty("outcome").GetString(), ignoreCase: true);
    }

    private Task<HttpResponseMessage> AskAsync(string path, string model, bool stream) => Http.PostAsync(
        $"/v1/{path}",
        Json(JsonSerializer.Serialize(new { model, max_tokens = 100, stream, messages = new[] { new { role = "user", content = "Hello" } } })),
        Cancel);

    /// <summary>The text of a stored answer; a stream is stored as it came, and is whole.</summary>
    private static string? Said(string path, JsonElement stored)
    {
        if (stored.ValueKind == JsonValueKind.String)
        {
            Assert.True(StreamAssembler.TryAssemble(path.Replace('/', '.'), Encoding.UTF8.GetBytes(stored.GetString()!), out var json, out var complete) && complete);
            stored = JsonElement.Parse(json);
        }

        return path == "messages"
            ? stored.GetProperty("content")[0].GetProperty("text").GetString()
            : stored.GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString();
    }
}

[Collection<StandaloneShape>]
public sealed class DialectsInStandalone(StandaloneFixture fixture) : DialectTests(fixture.Gateway);

[Collection<ServicesShape>]
public sealed class DialectsInServices(ServicesFixture fixture) : DialectTests(fixture.Gateway);
