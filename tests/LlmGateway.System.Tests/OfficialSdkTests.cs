using System.ClientModel;
using System.Text.Json;
using LlmGateway.TestKit;
using OpenAI.Chat;
using OpenAI.Embeddings;

namespace LlmGateway.System.Tests;

/// <summary>The only honest meaning of compatible: OpenAI's own package as the client.</summary>
public abstract class OfficialSdkTests(RunningSystem gateway) : Scenario(gateway)
{
    private const string Labels = "Answer with one of these labels: refund, card_arrival, exchange_rate";
    private ChatClient Chat => Gateway.Sdk.GetChatClient("local/chat");

    [Fact]
    public async Task A_chat_completion_answers_with_usage()
    {
        ChatCompletion answer = await Chat.CompleteChatAsync(new SystemChatMessage(Labels), new UserChatMessage("When will my card arrive?"));
        Assert.Equal("card_arrival", answer.Content[0].Text);
        Assert.Equal(ChatFinishReason.Stop, answer.FinishReason);
        Assert.True(answer.Usage.InputTokenCount > 10);
        Assert.True(answer.Usage.OutputTokenCount > 0);
    }

    [Fact]
    public async Task A_stream_gives_the_same_text_and_its_usage()
    {
        var text = "";
        ChatTokenUsage? usage = null;
        await foreach (var update in Chat.CompleteChatStreamingAsync(new SystemChatMessage(Labels), new UserChatMessage("I want my money back, a refund")))
        {
            text += string.Concat(update.ContentUpdate.Select(part => part.Text));
            usage ??= update.Usage;
        }

        Assert.Equal("refund", text);
        Assert.True(usage?.OutputTokenCount > 0);
    }

    [Fact]
    public async Task A_demanded_tool_is_called_with_arguments_that_fit_its_schema()
    {
        var tool = ChatTool.CreateFunctionTool("get_weather", "Get the weather of a city", BinaryData.FromString(
            """{"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"], "additionalProperties": false}"""));
        ChatCompletion answer = await Chat.CompleteChatAsync(
            [new UserChatMessage("What is the weather in Paris?")],
            new ChatCompletionOptions { Tools = { tool }, ToolChoice = ChatToolChoice.CreateRequiredChoice() });
        var call = Assert.Single(answer.ToolCalls);
        Assert.Equal("get_weather", call.FunctionName);
        using var arguments = JsonDocument.Parse(call.FunctionArguments);
        Assert.Equal(JsonValueKind.String, arguments.RootElement.GetProperty("city").ValueKind);
    }

    [Fact]
    public async Task Structured_output_fits_its_schema()
    {
        var format = ChatResponseFormat.CreateJsonSchemaFormat("ticket", BinaryData.FromString(
            """{"type": "object", "properties": {"topic": {"type": "string", "enum": ["refund", "card"]}, "urgent": {"type": "boolean"}}, "required": ["topic", "urgent"], "additionalProperties": false}"""));
        ChatCompletion answer = await Chat.CompleteChatAsync(
            [new UserChatMessage("I want a refund")], new ChatCompletionOptions { ResponseFormat = format });
        using var json = JsonDocument.Parse(answer.Content[0].Text);
        Assert.Equal("refund", json.RootElement.GetProperty("topic").GetString());
        Assert.True(json.RootElement.GetProperty("urgent").ValueKind is JsonValueKind.True or JsonValueKind.False);
    }

    [Fact]
    public async Task Embeddings_have_the_dimensions_asked_for_and_unit_length()
    {
        OpenAIEmbedding embedding = await Gateway.Sdk.GetEmbeddingClient("local/embedding")
            .GenerateEmbeddingAsync("where is my card", new EmbeddingGenerationOptions { Dimensions = 256 });
        var vector = embedding.ToFloats().ToArray();
        Assert.Equal(256, vector.Length);
        Assert.Equal(1, vector.Sum(value => value * value), 3);
    }

    [Fact]
    public async Task Models_are_listed()
    {
        var models = await Gateway.Sdk.GetOpenAIModelClient().GetModelsAsync(Cancel);
        Assert.Contains("local/chat", models.Value.Select(model => model.Id));
    }

    [Fact]
    public async Task An_unknown_model_is_an_error_the_SDK_understands()
    {
        var error = await Assert.ThrowsAsync<ClientResultException>(() => Gateway.Sdk.GetChatClient("local/nothing").CompleteChatAsync("hi"));
        Assert.Equal(404, error.Status);
        Assert.Contains("model_not_found", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_call_can_be_found_again_among_the_stored_completions()
    {
        ChatCompletion answer = await Chat.CompleteChatAsync(
            [new UserChatMessage("find me again")], new ChatCompletionOptions { Metadata = { ["test"] = "stored" }, StoredOutputEnabled = true });
        var list = await Eventually.GetAsync<string>(
            async token =>
            {
                var page = await Http.GetStringAsync("/v1/chat/completions?metadata[test]=stored", token);
                return page.Contains(answer.Id, StringComparison.Ordinal) ? page : null;
            },
            "the completion to be stored");
        using var json = JsonDocument.Parse(list);
        Assert.Equal(answer.Id, json.RootElement.GetProperty("first_id").GetString());
        var messages = await Http.GetStringAsync($"/v1/chat/completions/{answer.Id}/messages", Cancel);
        Assert.Contains("find me again", messages, StringComparison.Ordinal);
    }
}

[Collection<StandaloneShape>]
public sealed class OfficialSdkInStandalone(StandaloneFixture fixture) : OfficialSdkTests(fixture.Gateway);

[Collection<ServicesShape>]
public sealed class OfficialSdkInServices(ServicesFixture fixture) : OfficialSdkTests(fixture.Gateway);
