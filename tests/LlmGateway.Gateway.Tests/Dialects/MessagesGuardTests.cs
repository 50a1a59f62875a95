using System.Text.Json;
using System.Text.Json.Nodes;
using LlmGateway.Gateway.Tests.Guardrails;

namespace LlmGateway.Gateway.Tests.Dialects;

/// <summary>A project's guardrails see whatever messages hold, in both directions.</summary>
public sealed class MessagesGuardTests
{
    private const string Secret = "ada@example.com";

    private const string Masking = """{"stage": "both", "action": "mask", "rule": {"type": "personal_data"}}""";

    [Theory]
    [InlineData("""{"role": "user", "content": "I am ada@example.com"}""")]
    [InlineData("""{"role": "user", "content": [{"type": "document", "source": {"type": "text", "media_type": "text/plain", "data": "I am ada@example.com"}}]}""")]
    [InlineData("""{"role": "user", "content": [{"type": "document", "source": {"media_type": "text/plain", "data": "I am ada@example.com", "type": "text"}}]}""")]
    [InlineData("""{"role": "user", "content": [{"type": "tool_result", "tool_use_id": "t", "content": [{"type": "text", "text": "ada@example.com"}]}]}""")]
    [InlineData("""{"role": "assistant", "content": [{"type": "tool_use", "id": "t", "name": "mail", "input": {"name": "ada@example.com", "data": ["ada@example.com"]}}]}""")]
    public async Task No_text_of_a_request_slips_by(string message)
    {
        await using var on = await StartAsync();
        on.Upstream.Script = DialectGateway.Json("""{"id": "m", "type": "message", "content": [], "usage": {"input_tokens": 1, "output_tokens": 1}}""");

        var answered = await on.PostAsync("messages", $$"""{"model": "{{DialectGateway.Claude}}", "max_tokens": 9, "system": "Mail {{Secret}}", "messages": [{{message}}]}""");

        Assert.True(answered.Status == 200, answered.Text);
        Assert.DoesNotContain(Secret, on.Upstream.Requests[^1].BodyText, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, on.ReadLog(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Texts_thoughts_and_inputs_of_a_plain_answer_are_masked_and_the_caller_s_own_put_back()
    {
        await using var on = await StartAsync();
        on.Upstream.Script = DialectGateway.Json("""
            {"id": "m", "type": "message", "content": [
              {"type": "thinking", "thinking": "bob@example.com", "signature": "s"}, {"type": "text", "text": "bob@example.com, <EMAIL_1>"},
              {"type": "tool_use", "id": "t", "name": "mail", "input": {"name": "bob@example.com", "to": ["<EMAIL_1>"], "id": "<EMAIL_1>"}}], "usage": {"input_tokens": 1, "output_tokens": 1}}
            """);

        var answered = await on.PostAsync("messages", Ask());

        Assert.DoesNotContain("bob@example.com", answered.Text, StringComparison.Ordinal);
        Assert.Contains(Secret, (string?)answered.Json["content"]![1]!["text"], StringComparison.Ordinal);
        Translated.AssertJson($$"""["{{Secret}}"]""", answered.Json["content"]![2]!["input"]!["to"]);
        Assert.Equal(Secret, (string?)answered.Json["content"]![2]!["input"]!["id"]);
        Assert.DoesNotContain(Secret, on.ReadLog(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stream_s_pieces_are_looked_at_together()
    {
        await using var on = await StartAsync();
        on.Upstream.Script = DialectGateway.Events(
            """{"type":"message_start","message":{"id":"m","content":[],"usage":{"input_tokens":3,"output_tokens":1}}}""",
            """{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}""",
            """{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Ask bob@exam"}}""",
            """{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"ple.com or <EMA"}}""",
            """{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"IL_1>."}}""",
            """{"type":"content_block_stop","index":0}""",
            """{"type":"content_block_start","index":1,"content_block":{"type":"tool_use","id":"t","name":"mail","input":{}}}""",
            """{"type":"content_block_delta","index":1,"delta":{"type":"input_json_delta","partial_json":"{\"name\":\"bob@"}}""",
            """{"type":"content_block_delta","index":1,"delta":{"type":"input_json_delta","partial_json":"example.com\"}"}}""",
            """{"type":"content_block_stop","index":1}""",
            """{"type":"message_delta","delta":{"stop_reason":"tool_use"},"usage":{"output_tokens":9}}""",
            """{"type":"message_stop"}""");

        var answered = await on.PostAsync("messages", Ask(stream: true));

        var frames = answered.Frames.Select(frame => JsonNode.Parse(frame.Data)!).ToList();
        Assert.Equal("message_stop", (string?)frames[^1]["type"]);
        Assert.Equal("Ask <EMAIL_2> or ada@example.com.", Joined(frames, "text"));
        Assert.Equal("""{"name":"<EMAIL_2>"}""", Joined(frames, "partial_json"));
        Assert.DoesNotContain(Secret, on.ReadLog(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_blocks_ends_the_stream_as_a_refusal()
    {
        await using var on = await DialectGateway.StartAsync();
        await PutAsync(on, "words", """{"stage": "output", "action": "block", "rule": {"type": "pattern", "patterns": ["forbidden"]}}""");
        on.Upstream.Script = DialectGateway.Events(
            """{"type":"message_start","message":{"id":"m","content":[],"usage":{"input_tokens":3,"output_tokens":1}}}""",
            """{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}""",
            """{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"It is forbid"}}""",
            """{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"den to say so."}}""",
            """{"type":"content_block_stop","index":0}""",
            """{"type":"message_stop"}""");

        var answered = await on.PostAsync("messages", Ask(stream: true));

        Assert.DoesNotContain("den to say", answered.Text, StringComparison.Ordinal);
        Assert.Equal(["content_block_stop", "message_delta", "message_stop"], answered.Frames.TakeLast(3).Select(frame => frame.Name));
        Assert.Equal("refusal", (string?)JsonNode.Parse(answered.Frames[^2].Data)!["delta"]!["stop_reason"]);
    }

    [Fact]
    public async Task Tokens_of_a_guarded_project_are_counted_here()
    {
        await using var on = await StartAsync();

        var answered = await on.PostAsync("messages/count_tokens", Ask());

        Assert.Equal(200, answered.Status);
        Assert.DoesNotContain(on.Upstream.Requests, request => request.Method == "POST");
    }

    private static async Task<DialectGateway> StartAsync()
    {
        var on = await DialectGateway.StartAsync();
        await PutAsync(on, "mail", Masking);
        return on;
    }

    private static async Task PutAsync(DialectGateway on, string name, string guardrail)
    {
        var (status, body) = await GuardedGateway.PutAsync(on.Gateway, name, guardrail);
        Assert.True(status == 200, body.ToString());
    }

    private static string Ask(bool stream = false) => JsonSerializer.Serialize(new
    {
        model = DialectGateway.Claude,
        max_tokens = 9,
        stream,
        messages = new[] { new { role = "user", content = $"I am {Secret}" } },
    });

    private static string Joined(IEnumerable<JsonNode> frames, string member) => string.Concat(frames.Select(frame => (string?)frame["delta"]?[member]));
}
