using System.Buffers;
using System.Text.Json;
using LlmGateway.Gateway.Requests;

namespace LlmGateway.Gateway.Dialects.Messages;

/// <summary>Anthropic's messages, made by a provider that speaks chat completions.</summary>
internal sealed class MessagesToChat(TranslationContext context) : Translation(Operation.Messages, Operation.ChatCompletions)
{
    public override void WriteRequest(JsonElement request, IBufferWriter<byte> target)
    {
        using var json = new Utf8JsonWriter(target, JsonMembers.Relaxed);
        new ChatRequest(request, context).Write(json);
    }

    public override void WriteAnswer(JsonElement answer, IBufferWriter<byte> target)
    {
        using var json = new Utf8JsonWriter(target, JsonMembers.Relaxed);
        new MessageAnswer(answer, context.Deployment.Model).Write(json);
    }

    public override StreamTranslation OpenStream() => new MessageEvents(context.Deployment.Model);
}
