using System.ClientModel;
using System.Text.Json;
using LlmGateway.TestKit.Upstream;
using OpenAI.Chat;

namespace LlmGateway.System.Tests;

/// <summary>An application that asks for a schema by the official SDK gets it from a model that knows no schemas.</summary>
public abstract class StructuredOutputTests(RunningSystem gateway) : Scenario(gateway)
{
    private const string Schema = """{"type":"object","properties":{"topic":{"type":"string","enum":["refund","delivery"]}},"required":["topic"],"additionalProperties":false}""";

    private static ChatCompletionOptions Options => new() { ResponseFormat = ChatResponseFormat.CreateJsonSchemaFormat("ticket", BinaryData.FromString(Schema), jsonSchemaIsStrict: true) };

    private ChatClient Chat => Gateway.Sdk.GetChatClient(RunningSystem.PromptedModel);

    [Fact]
    public async Task A_model_without_schemas_answers_by_one()
    {
        Gateway.Upstream.Script = new UpstreamScript { Text = "```json\n{\"topic\": \"refund\"}\n```" };
        var answer = await Chat.CompleteChatAsync([new UserChatMessage("I want my money back.")], Options, Cancel);
        Assert.Equal("refund", JsonElement.Parse(answer.Value.Content[0].Text).GetProperty("topic").GetString());
        Assert.DoesNotContain("response_format", Assert.Single(ModelCalls).BodyText, StringComparison.Ordinal);

        var streamed = "";
        await foreach (var update in Chat.CompleteChatStreamingAsync([new UserChatMessage("I want my money back, again.")], Options, Cancel))
        {
            streamed += string.Concat(update.ContentUpdate.Select(part => part.Text));
        }

        Assert.Equal("""{"topic": "refund"}""", streamed);
    }

    [Fact]
    public async Task An_answer_that_does_not_fit_is_an_error_and_a_score_in_the_log()
    {
        Gateway.Upstream.Script = new UpstreamScript { Text = """{"topic":"weather"}""" };
        var refused = await Assert.ThrowsAsync<ClientResultException>(() => Chat.CompleteChatAsync([new UserChatMessage("Will it rain?")], Options, Cancel));
        Assert.Equal(502, refused.Status);
        Assert.Contains("#/topic: NotInEnumeration", refused.Message, StringComparison.Ordinal);

        using var answer = await Http.PostAsync(
            "/v1/chat/completions",
            Json($$$"""{"model":"{{{RunningSystem.PromptedModel}}}","messages":[{"role":"user","content":"And now?"}],"response_format":{"type":"json_schema","json_schema":{"name":"ticket","schema":{{{Schema}}} } } }"""),
            Cancel);
        Assert.Equal(502, (int)answer.StatusCode);
    }
}

[Collection<StandaloneShape>]
public sealed class StructuredOutputInStandalone(StandaloneFixture fixture) : StructuredOutputTests(fixture.Gateway);

[Collection<ServicesShape>]
public sealed class StructuredOutputInServices(ServicesFixture fixture) : StructuredOutputTests(fixture.Gateway);
