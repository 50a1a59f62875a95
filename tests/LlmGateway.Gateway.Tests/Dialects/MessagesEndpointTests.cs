using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using LlmGateway.TestKit.Upstream;

namespace LlmGateway.Gateway.Tests.Dialects;

/// <summary>Anthropic's messages as a caller sends them, over HTTP.</summary>
public sealed class MessagesEndpointTests
{
    /// <summary>Everything that a rewriting gateway would spoil: order, white space, escapes, and members that this one does not know.</summary>
    private const string Odd = """
        {"unknown_member" : {"deep": [1, 2.50, "\u00fc"]}, "model":"MODEL",
          "max_tokens": 64,  "cache_control": {"type": "ephemeral", "ttl": "1h"}, "metadata": {"user_id": "user-7", "future": true},
          "thinking": {"type": "enabled", "budget_tokens": 1024}, "tools": [{"type": "web_search_20250305", "name": "web_search", "max_uses": 1, "cache_control": {"type": "ephemeral"}}],
          "system": [{"type": "text", "text": "Be kind.", "cache_control": {"type": "ephemeral"}}],
          "messages": [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": [{"type": "thinking", "thinking": "Hm.", "signature": "EqQB"}, {"type": "server_tool_use", "id": "srvtoolu_1", "name": "web_search", "input": {"query": "x"}}]},
            {"role": "user", "content": "And?"}]}
        """;

    private const string Ask = """{"model": "MODEL", "max_tokens": 50, "messages": [{"role": "user", "content": "Hi"}]}""";

    [Fact]
    public async Task Between_two_that_speak_it_only_the_model_s_name_changes()
    {
        const string Answer = """{"id":"msg_1" , "type":"message","role":"assistant","model":"claude-x","content":[{"type":"text","text":"Hi \u00fc","citations":null}],"stop_reason":"end_turn","usage":{"input_tokens":1,"output_tokens":1},"unknown":[]}""";
        await using var on = await DialectGateway.StartAsync();
        on.Upstream.Enqueue(DialectGateway.Json(Answer));

        var answered = await on.PostAsync(
            "messages", Odd.Replace("MODEL", DialectGateway.Claude, StringComparison.Ordinal),
            ("anthropic-beta", "context-1m-2025-08-07"), ("anthropic-version", "2024-01-01"), ("OpenAI-Beta", "x"));

        Assert.Equal((200, Answer), (answered.Status, answered.Text));
        var request = Assert.Single(on.Upstream.Requests, one => one.Method == "POST");
        Assert.Equal(Odd.Replace("MODEL", "claude-sonnet-4-5", StringComparison.Ordinal), request.BodyText);
        Assert.Equal(("context-1m-2025-08-07", "2024-01-01", "sk-ant-secret"), (request.Headers["anthropic-beta"], request.Headers["anthropic-version"], request.Headers["x-api-key"]));
        Assert.False(request.Headers.ContainsKey("OpenAI-Beta"));
        Assert.False(request.Headers.ContainsKey("Authorization"));
    }

    [Fact]
    public async Task A_stream_passes_byte_for_byte_pings_and_unknown_events_too()
    {
        const string Stream =
            "event: message_start\r\ndata: {\"type\":\"message_start\",\"message\":{\"id\":\"msg_1\",\"content\":[],\"usage\":{\"input_tokens\":10,\"cache_read_input_tokens\":100,\"cache_creation_input_tokens\":20,\"output_tokens\":1}}}\r\n\r\n"
            + ": comment\n\nevent: ping\ndata: {\"type\": \"ping\"}\n\nevent: novelty\ndata: {\"type\":\"novelty\",\"x\":1}\n\n"
            + "event: content_block_start\ndata: {\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}}\n\n"
            + "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"Hi\"}}\n\n"
            + "event: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"},\"usage\":{\"output_tokens\":5}}\n\n"
            + "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n";
        await using var on = await DialectGateway.StartAsync();
        on.Upstream.Enqueue(DialectGateway.Sse(Stream));

        var answered = await on.PostAsync("messages", With(Ask, DialectGateway.Claude, stream: true));

        Assert.Equal(Stream, answered.Text);
        var log = on.ReadLog();
        Assert.Contains("\"input_tokens\":130", log, StringComparison.Ordinal);
        Assert.Contains("\"cached_input_tokens\":100", log, StringComparison.Ordinal);
        Assert.Contains("\"output_tokens\":5", log, StringComparison.Ordinal);
        Assert.Contains("\"finish_reason\":\"end_turn\"", log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Anthropic_s_headers_go_to_no_other_provider()
    {
        await using var on = await DialectGateway.StartAsync();

        var answered = await on.PostAsync("messages", With(Ask, DialectGateway.Gpt), ("anthropic-beta", "x"), ("anthropic-version", "2023-06-01"));

        Assert.Equal(200, answered.Status);
        Assert.DoesNotContain(on.Upstream.Requests[^1].Headers.Keys, name => name.StartsWith("anthropic", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task The_end_user_is_known_and_what_is_not_said_to_the_provider_is_named()
    {
        await using var on = await DialectGateway.StartAsync();

        var answered = await on.PostAsync(
            "messages", """{"model": "openai/gpt-4o-mini", "max_tokens": 5, "top_k": 2, "metadata": {"user_id": "user-7"}, "messages": [{"role": "user", "content": "Hi"}]}""");

        Assert.Equal(200, answered.Status);
        Assert.Equal("top_k", answered.Headers["x-llmgateway-dropped-params"]);
        Assert.Contains("\"end_user\":\"user-7\"", on.ReadLog(), StringComparison.Ordinal);
        Assert.Equal("message", (string?)answered.Json["type"]);
    }

    [Fact]
    public async Task A_route_refuses_what_its_provider_would_drop()
    {
        await using var on = await DialectGateway.StartAsync(("Gateway:Routes:strict:Model", DialectGateway.Gpt), ("Gateway:Routes:strict:UnsupportedParameters", "Refuse"));

        var answered = await on.PostAsync("messages", """{"model": "strict", "max_tokens": 5, "top_k": 2, "messages": [{"role": "user", "content": "Hi"}]}""");

        Assert.Equal(400, answered.Status);
        Assert.Contains("'top_k'", (string?)answered.Json["error"]!["message"], StringComparison.Ordinal);
        Assert.DoesNotContain(on.Upstream.Requests, request => request.Method == "POST");
    }

    [Theory]
    [InlineData("messages", """{"model": "no/such", "max_tokens": 1, "messages": [{"role": "user", "content": "a"}]}""", 404, "not_found_error")]
    [InlineData("messages", "{", 400, "invalid_request_error")]
    [InlineData("messages", """{"model": "anthropic/claude-sonnet-4-5", "max_tokens": 1}""", 400, "invalid_request_error")]
    [InlineData("messages", """{"model": "anthropic/claude-sonnet-4-5", "metadata": "u", "messages": [{"role": "user", "content": "a"}]}""", 400, "invalid_request_error")]
    [InlineData("messages/batches/x", "{}", 404, "not_found_error")]
    [InlineData("messages/count_tokens", """{"model": "no/such", "messages": [{"role": "user", "content": "a"}]}""", 404, "not_found_error")]
    public async Task Errors_are_Anthropic_s(string path, string body, int status, string type)
    {
        await using var on = await DialectGateway.StartAsync();

        var answered = await on.PostAsync(path, body);

        Assert.Equal((status, "error", type), (answered.Status, (string?)answered.Json["type"], (string?)answered.Json["error"]!["type"]));
        Assert.NotEmpty((string)answered.Json["error"]!["message"]!);
        Assert.NotEmpty((string)answered.Json["request_id"]!);
    }

    [Fact]
    public async Task So_are_those_of_callers_without_a_key_of_bodies_that_are_too_large_and_of_methods()
    {
        await using var on = await DialectGateway.StartAsync(("Gateway:MaxRequestBytes", "2048"));
        using var stranger = new HttpClient { BaseAddress = on.Gateway.Http.BaseAddress };
        using var refused = await stranger.PostAsync("/v1/messages", new StringContent(Ask, Encoding.UTF8, "application/json"));
        var large = await on.PostAsync("messages", With(Ask.Replace("Hi", new string('x', 4096), StringComparison.Ordinal), DialectGateway.Claude));
        using var got = await on.Gateway.Http.GetAsync("/v1/messages");

        Assert.Equal((HttpStatusCode.Unauthorized, "authentication_error"), (refused.StatusCode, await TypeAsync(refused)));
        Assert.Equal((413, "request_too_large"), (large.Status, (string?)large.Json["error"]!["type"]));
        Assert.Equal((HttpStatusCode.MethodNotAllowed, "invalid_request_error"), (got.StatusCode, await TypeAsync(got)));
    }

    [Fact]
    public async Task A_provider_s_errors_keep_their_status_in_either_form()
    {
        const string Overloaded = """{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"},"request_id":"req_1"}""";
        await using var on = await DialectGateway.StartAsync();
        on.Upstream.Enqueue(
            DialectGateway.Json(Overloaded, 529), DialectGateway.Json(Overloaded, 529),
            DialectGateway.Json("""{"type":"error","error":{"type":"invalid_request_error","message":"prompt is too long: 250000 tokens > 200000 maximum"}}""", 400),
            DialectGateway.Json("""{"detail": "nope"}""", 422), DialectGateway.Json("<html>no</html>", 500));

        var same = await on.PostAsync("messages", With(Ask, DialectGateway.Claude));
        var translated = await on.PostAsync("chat/completions", With(Ask, DialectGateway.Claude));
        var tooLong = await on.PostAsync("chat/completions", With(Ask, DialectGateway.Claude));
        var back = await on.PostAsync("messages", With(Ask, DialectGateway.Gpt));
        var html = await on.PostAsync("messages", With(Ask, DialectGateway.Gpt));

        Assert.Equal((529, Overloaded), (same.Status, same.Text));
        Translated.AssertJson("""{"error": {"message": "Overloaded", "type": "server_error", "param": null, "code": "overloaded_error"}}""", translated.Json);
        Assert.Equal(529, translated.Status);
        Assert.Equal((400, "context_length_exceeded"), (tooLong.Status, (string?)tooLong.Json["error"]!["code"]));
        Assert.Equal((422, "nope"), (back.Status, (string?)back.Json["error"]!["message"]));
        Assert.Equal((500, "api_error"), (html.Status, (string?)html.Json["error"]!["type"]));
    }

    [Theory]
    [InlineData("<html>hello</html>", "text/html")]
    [InlineData("""{"choices": 7}""", "application/json")]
    [InlineData("[]", "application/json")]
    public async Task An_answer_that_is_none_is_an_error_of_ours(string body, string contentType)
    {
        await using var on = await DialectGateway.StartAsync();
        on.Upstream.Script = new UpstreamScript { Body = body, ContentType = contentType };

        var chat = await on.PostAsync("chat/completions", With(Ask, DialectGateway.Claude));
        var messages = await on.PostAsync("messages", With(Ask, DialectGateway.Gpt));

        Assert.Equal((502, "upstream_invalid_response"), (chat.Status, (string?)chat.Json["error"]!["code"]));
        Assert.Equal((502, "api_error"), (messages.Status, (string?)messages.Json["error"]!["type"]));
    }

    [Fact]
    public async Task An_error_that_says_it_is_fine_is_one()
    {
        await using var on = await DialectGateway.StartAsync();
        on.Upstream.Enqueue(DialectGateway.Json("""{"error": {"message": "No credits.", "type": "billing"}}"""));

        var answered = await on.PostAsync("messages", With(Ask, DialectGateway.Gpt));

        Assert.Equal((502, "No credits."), (answered.Status, (string?)answered.Json["error"]!["message"]));
    }

    [Fact]
    public async Task A_stream_that_makes_no_sense_ends_with_an_error_event()
    {
        await using var on = await DialectGateway.StartAsync();
        on.Upstream.Enqueue(
            DialectGateway.Sse("event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"id\":\"m\"}}\n\n"
                + "event: content_block_start\ndata: {\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}}\n\n"
                + "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"Hi\"}}\n\n"
                + "event: content_block_delta\ndata: {\"type\":\"conten\n\n"),
            DialectGateway.Sse("data: {\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Hi\"}}]}\n\ndata: {\"id\":\n\n"));

        var chat = await on.PostAsync("chat/completions", With(Ask, DialectGateway.Claude, stream: true));
        var messages = await on.PostAsync("messages", With(Ask, DialectGateway.Gpt, stream: true));

        Assert.Contains(chat.Frames, frame => frame.Data.Contains("upstream_invalid_event", StringComparison.Ordinal));
        Assert.Equal("error", messages.Frames[^1].Name);
        Assert.Equal("message_start", messages.Frames[0].Name);
    }

    [Fact]
    public async Task No_provider_of_the_kind_can_embed()
    {
        await using var on = await DialectGateway.StartAsync();

        var answered = await on.PostAsync("embeddings", """{"model": "anthropic/claude-sonnet-4-5", "input": "a"}""");

        Assert.Equal((400, "unsupported_operation"), (answered.Status, (string?)answered.Json["error"]!["code"]));
    }

    [Fact]
    public async Task A_kept_answer_is_replayed_in_either_form_and_a_beta_is_another_request()
    {
        var ask = Ask.Replace("\"max_tokens\"", "\"temperature\": 0, \"max_tokens\"", StringComparison.Ordinal);
        await using var on = await DialectGateway.StartAsync();
        on.Upstream.Script = Transcript.Read("anthropic", "stream");

        var first = await on.PostAsync("messages", With(ask, DialectGateway.Claude, stream: true));
        var plain = await on.PostAsync("messages", With(ask, DialectGateway.Claude));
        var again = await on.PostAsync("messages", With(ask, DialectGateway.Claude, stream: true));
        var beta = await on.PostAsync("messages", With(ask, DialectGateway.Claude, stream: true), ("anthropic-beta", "x"));

        Assert.Equal(["llmgateway; fwd=miss", "llmgateway; hit", "llmgateway; hit", "llmgateway; fwd=miss"], new[] { first, plain, again, beta }.Select(one => one.Headers["Cache-Status"]));
        Assert.Equal("Hello! How can I help?", (string?)plain.Json["content"]![0]!["text"]);
        Assert.Equal(12, (int)plain.Json["usage"]!["input_tokens"]!);
        Assert.Equal(["message_start", "content_block_start", "content_block_delta", "content_block_stop", "message_delta", "message_stop"], again.Frames.Select(frame => frame.Name));
    }

    [Fact]
    public async Task Tokens_are_counted_by_the_provider_or_estimated()
    {
        await using var on = await DialectGateway.StartAsync();
        on.Upstream.Enqueue(DialectGateway.Json("""{"input_tokens": 2095}"""));

        var native = await on.PostAsync("messages/count_tokens", With(Ask, DialectGateway.Claude));
        var estimate = await on.PostAsync("messages/count_tokens", With(Ask, DialectGateway.Gpt));
        var unknown = await on.PostAsync("messages/count_tokens", With(Ask, DialectGateway.Claude));

        Assert.Equal("""{"input_tokens": 2095}""", native.Text);
        Assert.Equal("/v1/messages/count_tokens", on.Upstream.Requests.First(request => request.Method == "POST").Path);
        Assert.Equal(("estimate", true), (estimate.Headers["x-llmgateway-token-count"], (int)estimate.Json["input_tokens"]! is > 3 and < 20));
        Assert.Equal("estimate", unknown.Headers["x-llmgateway-token-count"]);
        Assert.False(native.Headers.ContainsKey("x-llmgateway-token-count"));
    }

    private static string With(string body, string model, bool stream = false)
    {
        var filled = body.Replace("MODEL", model, StringComparison.Ordinal);
        return stream ? filled.Insert(1, "\"stream\": true, ") : filled;
    }

    private static async Task<string?> TypeAsync(HttpResponseMessage response) => (string?)JsonNode.Parse(await response.Content.ReadAsStringAsync())!["error"]!["type"];
}
