using System.ClientModel;
using System.ClientModel.Primitives;
using System.Text;
using System.Text.Json;
using LlmGateway.TestKit;
using OpenAI;
using OpenAI.Chat;

namespace LlmGateway.Gateway.Tests.Dialects;

/// <summary>OpenAI's own SDK reads every provider's answers the same.</summary>
public sealed class OpenAISdkTranscriptTests(DialectFixture fixture) : IClassFixture<DialectFixture>
{
    private static readonly ChatTool[] Tools =
    [
        ChatTool.CreateFunctionTool("get_weather", "Weather of a city.", BinaryData.FromString("""{"type":"object","properties":{"city":{"type":"string"}},"required":["city"]}""")),
        ChatTool.CreateFunctionTool("get_time", "Time in a city.", BinaryData.FromString("""{"type":"object","properties":{"city":{"type":"string"}},"required":["city"]}""")),
    ];

    public static TheoryData<string, string> All => [.. Transcript.Providers.SelectMany(provider => Transcript.Cases.Select(name => (provider, name)))];

    [Theory]
    [MemberData(nameof(All))]
    public async Task Every_transcript(string provider, string name)
    {
        var on = fixture.On;
        on.Upstream.Enqueue(Transcript.Read(provider, name));
        var chat = Client(on.Gateway).GetChatClient(DialectGateway.ModelOf(provider));

        await (name switch
        {
            "plain" => PlainAsync(chat),
            "stream" => StreamAsync(chat),
            "tools" => ToolsAsync(chat),
            "parallel" => ParallelAsync(chat),
            "structured" => StructuredAsync(chat),
            "image" => ImageAsync(chat),
            "error" => ErrorAsync(chat),
            _ => CutAsync(chat),
        });

        var request = on.Upstream.Requests[^1];
        CheckAddress(provider, request.Path, request.Headers);
        Assert.Equal(provider == "anthropic", request.Json.TryGetProperty("max_tokens", out _));
    }

    private static async Task PlainAsync(ChatClient chat)
    {
        ChatCompletion answer = await chat.CompleteChatAsync([new SystemChatMessage("Be kind."), new UserChatMessage("Hello")]);

        Assert.Equal("Hello! How can I help?", Assert.Single(answer.Content).Text);
        Assert.Equal(ChatFinishReason.Stop, answer.FinishReason);
        Assert.Equal((12, 6, 18), (answer.Usage.InputTokenCount, answer.Usage.OutputTokenCount, answer.Usage.TotalTokenCount));
    }

    private static async Task StreamAsync(ChatClient chat)
    {
        var (text, _, usage, finish) = await ReadAsync(chat, new ChatCompletionOptions());

        Assert.Equal("Hello! How can I help?", text);
        Assert.Equal(ChatFinishReason.Stop, finish);
        Assert.Equal((12, 6), (usage?.InputTokenCount, usage?.OutputTokenCount));
    }

    private static async Task ToolsAsync(ChatClient chat)
    {
        ChatCompletion answer = await chat.CompleteChatAsync([new UserChatMessage("Weather?")], WithTools());

        Assert.Equal(ChatFinishReason.ToolCalls, answer.FinishReason);
        var call = Assert.Single(answer.ToolCalls);
        Assert.Equal("get_weather", call.FunctionName);
        Assert.Equal("Paris", JsonElement.Parse(call.FunctionArguments).GetProperty("city").GetString());
        Assert.NotEmpty(call.Id);
    }

    private static async Task ParallelAsync(ChatClient chat)
    {
        var (_, calls, _, _) = await ReadAsync(chat, WithTools());

        Assert.Equal(["get_weather Paris", "get_time Paris"], calls);
    }

    private static async Task StructuredAsync(ChatClient chat)
    {
        ChatCompletion answer = await chat.CompleteChatAsync([new UserChatMessage("Paris")], new ChatCompletionOptions
        {
            ResponseFormat = ChatResponseFormat.CreateJsonSchemaFormat(
                "city",
                BinaryData.FromString("""{"type":"object","properties":{"city":{"type":"string"},"population":{"type":"integer"}},"required":["city","population"],"additionalProperties":false}"""),
                jsonSchemaIsStrict: true),
        });

        Assert.Equal(2102650, JsonElement.Parse(answer.Content[0].Text).GetProperty("population").GetInt32());
    }

    private static async Task ImageAsync(ChatClient chat)
    {
        ChatCompletion answer = await chat.CompleteChatAsync([new UserChatMessage(
            ChatMessageContentPart.CreateTextPart("What is it?"), ChatMessageContentPart.CreateImagePart(BinaryData.FromBytes(new byte[] { 1, 2, 3 }), "image/png"))]);

        Assert.Equal("A cat.", answer.Content[0].Text);
    }

    private static async Task ErrorAsync(ChatClient chat)
    {
        var error = await Assert.ThrowsAsync<ClientResultException>(() => chat.CompleteChatAsync([new UserChatMessage("Hello")]));

        Assert.Equal(429, error.Status);
        Assert.Matches("(?i)rate limit|quota", error.Message);
    }

    /// <summary>The SDK takes no notice of an error event: it sees a stream without a reason for its end.</summary>
    private static async Task CutAsync(ChatClient chat)
    {
        var text = new StringBuilder();
        ChatFinishReason? finish = null;
        try
        {
            await foreach (var update in chat.CompleteChatStreamingAsync([new UserChatMessage("Hello")]))
            {
                text.Append(string.Concat(update.ContentUpdate.Select(part => part.Text)));
                finish = update.FinishReason ?? finish;
            }
        }
        catch (Exception exception) when (exception is ClientResultException or JsonException or InvalidOperationException or KeyNotFoundException or ArgumentNullException)
        {
            // Or it stumbles over the event.
        }

        Assert.StartsWith("Hello", text.ToString(), StringComparison.Ordinal);
        Assert.Null(finish);
    }

    private static async Task<(string Text, List<string> Calls, ChatTokenUsage? Usage, ChatFinishReason? Finish)> ReadAsync(ChatClient chat, ChatCompletionOptions options)
    {
        var text = new StringBuilder();
        var calls = new SortedDictionary<int, (string Name, StringBuilder Arguments)>();
        ChatTokenUsage? usage = null;
        ChatFinishReason? finish = null;
        await foreach (var update in chat.CompleteChatStreamingAsync([new UserChatMessage("Hello")], options))
        {
            text.Append(string.Concat(update.ContentUpdate.Select(part => part.Text)));
            usage = update.Usage ?? usage;
            finish = update.FinishReason ?? finish;
            foreach (var piece in update.ToolCallUpdates)
            {
                var call = calls.TryGetValue(piece.Index, out var known) ? known : (calls[piece.Index] = (piece.FunctionName, new StringBuilder()));
                call.Arguments.Append(piece.FunctionArgumentsUpdate);
            }
        }

        return (text.ToString(), [.. calls.Values.Select(call => $"{call.Name} {JsonElement.Parse(call.Arguments.ToString()).GetProperty("city")}")], usage, finish);
    }

    private static ChatCompletionOptions WithTools()
    {
        var options = new ChatCompletionOptions();
        foreach (var tool in Tools)
        {
            options.Tools.Add(tool);
        }

        return options;
    }

    private static void CheckAddress(string provider, string path, IReadOnlyDictionary<string, string> headers)
    {
        Assert.Equal(provider switch
        {
            "anthropic" => "/v1/messages",
            "azure" => "/openai/deployments/gpt-4o-mini/chat/completions?api-version=2024-10-21",
            "gemini" => "/v1beta/openai/chat/completions",
            _ => "/v1/chat/completions",
        }, path);
        if (provider == "anthropic")
        {
            Assert.Equal(("sk-ant-secret", "2023-06-01"), (headers["x-api-key"], headers["anthropic-version"]));
            Assert.False(headers.ContainsKey("Authorization"));
        }
    }

    private static OpenAIClient Client(InProcessGateway gateway) => new(new ApiKeyCredential(InProcessGateway.AdminKey), new OpenAIClientOptions
    {
        Endpoint = new Uri(gateway.Http.BaseAddress!, "v1"),
        RetryPolicy = new ClientRetryPolicy(0),
    });
}
