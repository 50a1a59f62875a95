using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using LlmGateway.Gateway.Tests.ProjectModels;
using LlmGateway.TestKit;
using LlmGateway.TestKit.Upstream;

namespace LlmGateway.Gateway.Tests.Structured;

/// <summary>A model without structured answers of its own gives them all the same, or its caller a clear error.</summary>
public sealed class PromptedModelTests : IAsyncLifetime
{
    private const string Schema = """{"type":"object","properties":{"label":{"type":"string","enum":["yes","no"]}},"required":["label"],"additionalProperties":false}""";
    private const string Format = $$$"""{"type":"json_schema","json_schema":{"name":"answer","strict":true,"schema":{{{Schema}}}}}""";
    private const string Good = """{"label":"yes"}""";
    private UpstreamServer _upstream = null!;
    private InProcessGateway _gateway = null!;

    public async ValueTask InitializeAsync()
    {
        _upstream = await UpstreamServer.StartAsync(new UpstreamScript { Text = Good });
        _gateway = await InProcessGateway.StartAsync(
            _upstream.BaseUrl,
            ("Gateway:Providers:test:Models:0", "plain"),
            ("Gateway:Providers:test:StructuredOutput", "Prompted"),
            ("Gateway:Models:test/native:StructuredOutput", "Native"));
    }

    public async ValueTask DisposeAsync()
    {
        await _gateway.DisposeAsync();
        await _upstream.DisposeAsync();
    }

    [Fact]
    public async Task The_schema_stands_in_the_prompt_and_the_form_is_taken_out()
    {
        var (status, body) = await AskAsync($$"""{"model":"test/plain","response_format":{{Format}},"top_p":0.50,"messages":[{"role":"system","content":"Be brief."},{"role":"user","content":"Yes or no?"}]}""");
        Assert.Equal((200, Good), (status, Content(body)));
        var sent = Assert.Single(ModelCalls());
        Assert.False(sent.Json.TryGetProperty("response_format", out _));
        Assert.Equal(["system", "system", "user"], sent.Json.GetProperty("messages").EnumerateArray().Select(message => message.GetProperty("role").GetString()));
        Assert.Contains(Schema, sent.Json.GetProperty("messages")[1].GetProperty("content").GetString(), StringComparison.Ordinal);
        Assert.Contains("\"top_p\":0.50", sent.BodyText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Responses_get_the_schema_among_their_instructions()
    {
        var (status, body) = await _gateway.SendAsync(
            HttpMethod.Post, "/v1/responses",
            JsonNode.Parse($$$$"""{"model":"test/plain","instructions":"Be brief.","input":"Yes or no?","text":{"verbosity":"low","format":{"type":"json_schema","name":"answer","schema":{{{{Schema}}}}}}}"""));
        Assert.Equal((200, Good), (status, body.GetProperty("output").EnumerateArray().Last().GetProperty("content")[0].GetProperty("text").GetString()));
        var sent = Assert.Single(ModelCalls()).Json;
        Assert.Equal("""{"verbosity":"low"}""", sent.GetProperty("text").GetRawText());
        Assert.StartsWith("Be brief.\n\n", sent.GetProperty("instructions").GetString(), StringComparison.Ordinal);
        Assert.EndsWith(Schema, sent.GetProperty("instructions").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_native_model_gets_the_request_as_it_is()
    {
        _upstream.Script = new UpstreamScript { Text = "no JSON" };
        var request = $$"""{"model":"test/native","response_format":{{Format}},"messages":[{"role":"user","content":"?"}]}""";
        var (status, body) = await AskAsync(request);
        Assert.Equal((200, "no JSON"), (status, Content(body)));
        Assert.Equal(request.Replace("test/native", "native", StringComparison.Ordinal), Assert.Single(ModelCalls()).BodyText);
    }

    [Theory]
    [InlineData("""{"label":"maybe"}""", "NotInEnumeration")]
    [InlineData("""{"label":"yes","why":"so"}""", "NoAdditionalPropertiesAllowed")]
    [InlineData("""{"label":"yes","label":"no"}""", "not JSON")]
    [InlineData("{'label':'yes'}", "not JSON")]
    [InlineData("yes", "not JSON")]
    [InlineData("", "not JSON")]
    public async Task An_answer_that_does_not_fit_is_an_error_that_says_why(string text, string reason)
    {
        _upstream.Script = new UpstreamScript { Text = text };
        var (status, body) = await AskAsync(Ask());
        Assert.Equal((502, "structured_output_invalid", "response_format"), (status, body.Code(), body.Param()));
        Assert.Contains(reason, body.GetProperty("error").GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_that_was_cut_off_says_so()
    {
        _upstream.Script = new UpstreamScript { Text = """{"label":""", FinishReason = "length" };
        var (status, body) = await AskAsync(Ask());
        Assert.Equal((502, "structured_output_invalid"), (status, body.Code()));
        Assert.Contains("cut off", body.GetProperty("error").GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_code_fence_is_cut_off()
    {
        _upstream.Script = new UpstreamScript { Text = $"```json\n{Good}\n```" };
        var (status, body) = await AskAsync(Ask());
        Assert.Equal((200, Good), (status, Content(body)));
        Assert.Equal(11, body.GetProperty("usage").GetProperty("prompt_tokens").GetInt32());
    }

    [Fact]
    public async Task A_stream_is_checked_before_its_first_chunk()
    {
        var (status, text) = await StreamAsync();
        Assert.Equal(200, status);
        Assert.EndsWith("data: [DONE]\n\n", text, StringComparison.Ordinal);
        Assert.Equal(Good, string.Concat(Chunks(text).SelectMany(chunk => chunk.GetProperty("choices").EnumerateArray())
            .Select(choice => choice.GetProperty("delta").TryGetProperty("content", out var content) ? content.GetString() : "")));
        Assert.Contains(Chunks(text), chunk => chunk.TryGetProperty("usage", out var usage) && usage.ValueKind == JsonValueKind.Object);

        _upstream.Script = new UpstreamScript { Text = "no JSON" };
        (status, text) = await StreamAsync();
        Assert.Equal((502, "structured_output_invalid"), (status, JsonElement.Parse(text).Code()));
    }

    [Fact]
    public async Task Only_an_answer_that_fits_is_kept()
    {
        _upstream.Enqueue(new UpstreamScript { Text = "no JSON" });
        var request = Ask("\"temperature\":0,");
        Assert.Equal(502, (await AskAsync(request)).Status);
        Assert.Equal(200, (await AskAsync(request)).Status);
        Assert.Equal(Good, Content((await AskAsync(request)).Body));
        Assert.Equal(2, ModelCalls().Count);
    }

    [Fact]
    public async Task An_error_of_the_provider_is_passed_on()
    {
        _upstream.Script = new UpstreamScript { Status = 429 };
        var (status, body) = await AskAsync(Ask());
        Assert.Equal((429, "rate_limit_exceeded"), (status, body.Code()));
    }

    [Fact]
    public async Task A_tool_call_is_no_text_to_check()
    {
        _upstream.Script = new UpstreamScript
        {
            Body = """{"id":"c","object":"chat.completion","choices":[{"index":0,"finish_reason":"tool_calls","message":{"role":"assistant","content":null,"tool_calls":[{"id":"t","type":"function","function":{"name":"f","arguments":"{}"}}]}}]}""",
        };
        Assert.Equal(200, (await AskAsync(Ask())).Status);
    }

    [Theory]
    [InlineData("""{"type":"json_schema"}""", "response_format.json_schema.schema")]
    [InlineData("""{"type":"json_schema","json_schema":{"schema":7}}""", "response_format.json_schema.schema")]
    [InlineData("""{"type":"json_schema","json_schema":{"schema":{"const":1}}}""", "response_format.json_schema.schema.const")]
    public async Task A_schema_that_cannot_be_checked_is_refused_before_the_call(string format, string param)
    {
        var (status, body) = await AskAsync($$"""{"model":"test/plain","response_format":{{format}},"messages":[{"role":"user","content":"?"}]}""");
        Assert.Equal((400, param), (status, body.Param()));
        Assert.Empty(ModelCalls());
    }

    [Theory]
    [InlineData("""{"type":"text"}""")]
    [InlineData("null")]
    [InlineData("7")]
    public async Task A_request_for_text_passes(string format)
    {
        _upstream.Script = new UpstreamScript { Text = "no JSON" };
        var (status, body) = await AskAsync($$"""{"model":"test/plain","response_format":{{format}},"messages":[{"role":"user","content":"?"}]}""");
        Assert.Equal((200, "no JSON"), (status, Content(body)));
    }

    [Theory]
    [InlineData("{}", 200)]
    [InlineData("[]", 502)]
    public async Task A_json_object_may_be_any(string text, int expected)
    {
        _upstream.Script = new UpstreamScript { Text = text };
        Assert.Equal(expected, (await AskAsync("""{"model":"test/plain","response_format":{"type":"json_object"},"messages":[{"role":"user","content":"?"}]}""")).Status);
    }

    [Fact]
    public async Task The_call_is_cancelled_when_its_caller_leaves()
    {
        _upstream.Script = new UpstreamScript { Fault = UpstreamFault.HangBeforeHeaders };
        using var leaving = new CancellationTokenSource();
        var asked = _gateway.Http.PostAsync("/v1/chat/completions", new StringContent(Ask(), Encoding.UTF8, "application/json"), leaving.Token);
        await Eventually.TrueAsync(() => ModelCalls().Count == 1, "the call to reach the provider");
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked);
        await Eventually.TrueAsync(() => ModelCalls()[0].IsAborted, "the provider's call to be cancelled");
    }

    private static string Ask(string members = "") =>
        $$"""{"model":"test/plain",{{members}}"response_format":{{Format}},"messages":[{"role":"user","content":"Yes or no?"}]}""";

    private static string? Content(JsonElement body) => body.GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString();

    private static IEnumerable<JsonElement> Chunks(string sse) =>
        sse.Split("\n\n", StringSplitOptions.RemoveEmptyEntries).Select(frame => frame["data: ".Length..]).Where(data => data != "[DONE]").Select(data => JsonElement.Parse(data));

    private async Task<(int Status, JsonElement Body)> AskAsync(string request)
    {
        using var content = new StringContent(request, Encoding.UTF8, "application/json");
        using var response = await _gateway.Http.PostAsync("/v1/chat/completions", content);
        return ((int)response.StatusCode, JsonElement.Parse(await response.Content.ReadAsStringAsync()));
    }

    private async Task<(int Status, string Text)> StreamAsync()
    {
        using var content = new StringContent(Ask("\"stream\":true,\"stream_options\":{\"include_usage\":true},"), Encoding.UTF8, "application/json");
        using var response = await _gateway.Http.PostAsync("/v1/chat/completions", content);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    private List<UpstreamRequest> ModelCalls() => [.. _upstream.Requests.Where(request => request.Method == "POST")];
}
