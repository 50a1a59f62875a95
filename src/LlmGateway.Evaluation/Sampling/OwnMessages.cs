using System.Text.Json;
using LlmGateway.Evaluation.Templates;

namespace LlmGateway.Evaluation.Sampling;

/// <summary>An item's messages without those that a managed prompt had put before the caller's own: <c>prompt.messages</c> tells how many.</summary>
internal sealed class OwnMessages(IPrompt input) : IPrompt
{
    public JsonElement Messages(TemplateValues values)
    {
        var messages = input.Messages(values);
        return values.Item.TryGetProperty(ManagedPrompt.Name, out var prompt) && prompt.ValueKind == JsonValueKind.Object
            && prompt.TryGetProperty("messages", out var count) && count.TryGetInt32(out var prompts) && prompts > 0
            ? Skip(messages, prompts)
            : messages;
    }

    private static JsonElement Skip(JsonElement messages, int count) => JsonText.Parse(JsonText.Write(writer =>
    {
        writer.WriteStartArray();
        foreach (var message in messages.EnumerateArray().Skip(count))
        {
            message.WriteTo(writer);
        }

        writer.WriteEndArray();
    }));
}
