using OpenAI.Chat;
using OpenAI.Embeddings;

namespace LlmGateway.System.Tests;

/// <summary>Settings of a call, as OpenAI's own package sends and reads them.</summary>
public abstract class ChatOptionsSdkTests(RunningSystem gateway) : Scenario(gateway)
{
    private static readonly ChatMessage[] Question =
    [
        new SystemChatMessage("Answer with one of these labels: refund, card_arrival, exchange_rate"),
        new UserChatMessage("When will my card arrive?"),
    ];

    private ChatClient Chat => Gateway.Sdk.GetChatClient("local/chat");

    [Fact]
    public async Task Stop_ends_the_answer_before_its_text()
    {
        ChatCompletion answer = await Chat.CompleteChatAsync(Question, new ChatCompletionOptions { StopSequences = { "_arrival" } }, Cancel);
        Assert.Equal("card", answer.Content[0].Text);
        Assert.Equal(ChatFinishReason.Stop, answer.FinishReason);
    }

    [Fact]
    public async Task A_token_limit_cuts_the_answer_and_says_so()
    {
        ChatCompletion answer = await Chat.CompleteChatAsync(Question, new ChatCompletionOptions { MaxOutputTokenCount = 1 }, Cancel);
        Assert.Equal(ChatFinishReason.Length, answer.FinishReason);
        Assert.Equal(1, answer.Usage.OutputTokenCount);
    }

    [Fact]
    public async Task The_same_seed_gives_the_same_answer_whether_or_not_it_is_cached()
    {
        var options = new ChatCompletionOptions { Temperature = 1.5f, Seed = 42 };
        ChatCompletion first = await Chat.CompleteChatAsync(Question, options, Cancel);
        ChatCompletion second = await Chat.CompleteChatAsync(Question, options, Cancel);
        Assert.Equal(first.Content[0].Text, second.Content[0].Text);
        Assert.Equal(first.Id, second.Id);
    }

    [Fact]
    public async Task A_tool_is_called_from_a_stream_whose_arguments_come_in_pieces()
    {
        var tool = ChatTool.CreateFunctionTool("get_weather", "Get the weather of a city", BinaryData.FromString(
            """{"type":"object","properties":{"city":{"type":"string"}},"required":["city"]}"""));
        var options = new ChatCompletionOptions { Tools = { tool }, ToolChoice = ChatToolChoice.CreateRequiredChoice() };
        var (name, arguments, finish) = ("", "", default(ChatFinishReason?));
        await foreach (var update in Chat.CompleteChatStreamingAsync([new UserChatMessage("What is the weather in Paris?")], options, Cancel))
        {
            name += string.Concat(update.ToolCallUpdates.Select(call => call.FunctionName));
            arguments += string.Concat(update.ToolCallUpdates.Select(call => call.FunctionArgumentsUpdate));
            finish = update.FinishReason ?? finish;
        }

        Assert.Equal("get_weather", name);
        Assert.Contains("Paris", arguments, StringComparison.Ordinal);
        Assert.Equal(ChatFinishReason.ToolCalls, finish);
    }

    [Fact]
    public async Task Several_embeddings_keep_the_order_of_their_inputs()
    {
        var client = Gateway.Sdk.GetEmbeddingClient("local/embedding");
        string[] inputs = ["where is my card", "I want a refund", "what is the exchange rate"];
        OpenAIEmbeddingCollection together = await client.GenerateEmbeddingsAsync(inputs, cancellationToken: Cancel);
        Assert.Equal([0, 1, 2], together.Select(embedding => embedding.Index));
        Assert.True(together.Usage.InputTokenCount > 0);
        foreach (var embedding in together)
        {
            OpenAIEmbedding alone = await client.GenerateEmbeddingAsync(inputs[embedding.Index], cancellationToken: Cancel);
            Assert.Equal(alone.ToFloats().ToArray(), embedding.ToFloats().ToArray());
        }
    }
}

[Collection<StandaloneShape>]
public sealed class ChatOptionsSdkInStandalone(StandaloneFixture fixture) : ChatOptionsSdkTests(fixture.Gateway);

[Collection<ServicesShape>]
public sealed class ChatOptionsSdkInServices(ServicesFixture fixture) : ChatOptionsSdkTests(fixture.Gateway);
