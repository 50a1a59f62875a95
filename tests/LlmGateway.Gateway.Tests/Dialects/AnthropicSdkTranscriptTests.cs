using System.Text;
using System.Text.Json;
using Anthropic;
using Anthropic.Exceptions;
using Anthropic.Models.Messages;
using LlmGateway.TestKit;

namespace LlmGateway.Gateway.Tests.Dialects;

/// <summary>Anthropic's own SDK reads every provider's answers the same, and finds nothing missing in them.</summary>
public sealed class AnthropicSdkTranscriptTests(DialectFixture fixture) : IClassFixture<DialectFixture>
{
    private const string Schema = """{"type":"object","properties":{"city":{"type":"string"}},"required":["city"]}""";

    private const string Tools = $$""" , "tools": [{"name": "get_weather", "input_schema": {{Schema}}}, {"name": "get_time", "input_schema": {{Schema}}}] """;

    public static TheoryData<string, string> All => OpenAISdkTranscriptTests.All;

    [Theory]
    [MemberData(nameof(All))]
    public async Task Every_transcript(string provider, string name)
    {
        var on = fixture.On;
        on.Upstream.Enqueue(Transcript.Read(provider, name));
        using var client = Client(on.Gateway);
        var model = DialectGateway.ModelOf(provider);

        await (name switch
        {
            "plain" => PlainAsync(client, model),
            "stream" => StreamAsync(client, model),
            "tools" => ToolsAsync(client, model),
            "parallel" => ParallelAsync(client, model),
            "structured" => StructuredAsync(client, model),
            "image" => ImageAsync(client, model),
            "error" => ErrorAsync(client, model),
            _ => CutAsync(client, model),
        });

        Assert.EndsWith(provider == "anthropic" ? "/messages" : "/chat/completions", on.Upstream.Requests[^1].Path.Split('?')[0], StringComparison.Ordinal);
    }

    private static async Task PlainAsync(AnthropicClient client, string model)
    {
        var answer = await client.Messages.Create(Request(model, """ "Hello" """, """ , "system": "Be kind." """));

        Assert.Equal("Hello! How can I help?", Text(answer));
        Assert.Equal(StopReason.EndTurn, answer.StopReason?.Value());
        Assert.Equal((12, 6), (answer.Usage.InputTokens, answer.Usage.OutputTokens));
    }

    private static async Task StreamAsync(AnthropicClient client, string model)
    {
        var (text, _, stop, output) = await ReadAsync(client, Request(model, """ "Hello" """));

        Assert.Equal("Hello! How can I help?", text);
        Assert.Equal(StopReason.EndTurn, stop);
        Assert.Equal(6, output);
    }

    private static async Task ToolsAsync(AnthropicClient client, string model)
    {
        var answer = await client.Messages.Create(Request(model, """ "Weather?" """, Tools));

        Assert.Equal(StopReason.ToolUse, answer.StopReason?.Value());
        Assert.True(Assert.Single(answer.Content).TryPickToolUse(out var call));
        Assert.Equal(("get_weather", "Paris"), (call.Name, call.Input["city"].GetString()));
    }

    private static async Task ParallelAsync(AnthropicClient client, string model)
    {
        var (_, calls, stop, _) = await ReadAsync(client, Request(model, """ "Weather and time?" """, Tools));

        Assert.Equal(["get_weather Paris", "get_time Paris"], calls);
        Assert.Equal(StopReason.ToolUse, stop);
    }

    private static async Task StructuredAsync(AnthropicClient client, string model)
    {
        var answer = await client.Messages.Create(Request(model, """ "Paris" """, $$""" , "output_config": {"format": {"schema": {{Schema}}, "type": "json_schema"} } """));

        Assert.Equal(2102650, JsonElement.Parse(Text(answer)).GetProperty("population").GetInt32());
    }

    private static async Task ImageAsync(AnthropicClient client, string model)
    {
        var answer = await client.Messages.Create(Request(
            model, """ [{"type": "text", "text": "What is it?"}, {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "AQID"}}] """));

        Assert.Equal("A cat.", Text(answer));
    }

    private static async Task ErrorAsync(AnthropicClient client, string model)
    {
        var error = await Assert.ThrowsAsync<AnthropicRateLimitException>(() => client.Messages.Create(Request(model, """ "Hello" """)));

        Assert.Equal(429, (int)error.StatusCode);
        Assert.Matches("(?i)rate limit|quota", error.Message);
        Assert.Contains("rate_limit_error", error.Message, StringComparison.Ordinal);
    }

    private static async Task CutAsync(AnthropicClient client, string model)
    {
        var text = new StringBuilder();
        var error = await Assert.ThrowsAnyAsync<AnthropicException>(async () =>
        {
            await foreach (var said in client.Messages.CreateStreaming(Request(model, """ "Hello" """)))
            {
                text.Append(TextOf(said));
            }
        });

        Assert.StartsWith("Hello", text.ToString(), StringComparison.Ordinal);
        Assert.Contains("broke off", error.Message, StringComparison.Ordinal);
    }

    private static async Task<(string Text, List<string> Calls, StopReason? Stop, long? Output)> ReadAsync(AnthropicClient client, MessageCreateParams request)
    {
        var text = new StringBuilder();
        var calls = new SortedDictionary<long, (string Name, StringBuilder Input)>();
        StopReason? stop = null;
        long? output = null;
        await foreach (var said in client.Messages.CreateStreaming(request))
        {
            text.Append(TextOf(said));
            if (said.TryPickContentBlockStart(out var begun) && begun.ContentBlock.TryPickToolUse(out var call))
            {
                calls[begun.Index] = (call.Name, new StringBuilder());
            }
            else if (said.TryPickContentBlockDelta(out var piece) && piece.Delta.TryPickInputJson(out var json))
            {
                calls[piece.Index].Input.Append(json.PartialJson);
            }
            else if (said.TryPickDelta(out var end))
            {
                (stop, output) = (end.Delta.StopReason?.Value(), end.Usage.OutputTokens);
            }
        }

        return (text.ToString(), [.. calls.Values.Select(call => $"{call.Name} {JsonElement.Parse(call.Input.ToString()).GetProperty("city")}")], stop, output);
    }

    private static string TextOf(RawMessageStreamEvent said) =>
        said.TryPickContentBlockDelta(out var piece) && piece.Delta.TryPickText(out var text) ? text.Text : "";

    private static string Text(Message answer) => string.Concat(answer.Content.Select(block => block.TryPickText(out var text) ? text.Text : ""));

    private static MessageCreateParams Request(string model, string content, string more = "")
    {
        var body = JsonElement.Parse($$"""{"model": "{{model}}", "max_tokens": 100, "messages": [{"role": "user", "content": {{content}}}]{{more}}}""");
        return MessageCreateParams.FromRawUnchecked(
            new Dictionary<string, JsonElement>(), new Dictionary<string, JsonElement>(), body.EnumerateObject().ToDictionary(member => member.Name, member => member.Value));
    }

    private static AnthropicClient Client(InProcessGateway gateway) => new()
    {
        BaseUrl = gateway.Http.BaseAddress!.ToString().TrimEnd('/'),
        ApiKey = InProcessGateway.AdminKey,
        MaxRetries = 0,
        ResponseValidation = true,
    };
}
