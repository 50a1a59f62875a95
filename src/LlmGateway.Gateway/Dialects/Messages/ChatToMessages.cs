using System.Buffers;
using System.Text.Json;
using LlmGateway.Gateway.Requests;

namespace LlmGateway.Gateway.Dialects.Messages;

/// <summary>A chat completion, made by a provider that speaks Anthropic's messages.</summary>
internal sealed class ChatToMessages(TranslationContext context) : Translation(Operation.ChatCompletions, Operation.Messages)
{
    private bool _answersByTool;

    public override void WriteRequest(JsonElement request, IBufferWriter<byte> target)
    {
        var messages = new MessagesRequest(request, context);
        _answersByTool = messages.AnswersByTool;
        using var json = new Utf8JsonWriter(target, JsonMembers.Relaxed);
        messages.Write(json);
    }

    public override void WriteAnswer(JsonElement answer, IBufferWriter<byte> target)
    {
        if (answer.Member("content") is not { ValueKind: JsonValueKind.Array })
        {
            throw new JsonException("An answer has content.");
        }

        using var json = new Utf8JsonWriter(target, JsonMembers.Relaxed);
        json.WriteStartObject();
        json.WriteString("id", answer.Text("id"));
        json.WriteString("object", "chat.completion");
        json.WriteNumber("created", context.Created);
        json.WriteString("model", answer.Text("model") ?? context.Deployment.Model);
        json.WriteStartArray("choices");
        json.WriteStartObject();
        json.WriteNumber("index", 0);
        json.WriteStartObject("message");
        var message = new ChatAnswer(answer, _answersByTool);
        message.Write(json);
        json.WriteEndObject();
        json.WriteNull("logprobs");
        json.WriteString("finish_reason", message.FinishReason);
        json.WriteEndObject();
        json.WriteEndArray();
        MessageUsage.ReadAnthropic(answer.Object("usage"))?.WriteOpenAI(json);
        json.WriteEndObject();
    }

    public override StreamTranslation OpenStream() => new MessageChunks(context, _answersByTool);
}
