using System.Text.Json;
using LlmGateway.Evaluation.Templates;

namespace LlmGateway.Evaluation.Sampling;

/// <summary>
/// Messages that stand in the item: OpenAI's <c>item_reference</c>. A text alone is a user's message, and of an object, as datasets have
/// conversations with tools, its <c>messages</c> count.
/// </summary>
internal sealed class ItemReference(TemplatePath path) : IPrompt
{
    public static ItemReference Read(JsonFields fields, string name, TemplateScope scope)
    {
        var template = scope.Parse($$$"""{{ {{{fields.Text(name, 1000)}}} }}""", fields.At(name));
        return new ItemReference(template.Paths.Single());
    }

    public JsonElement Messages(TemplateValues values)
    {
        var value = values.Value(path);
        value = value.ValueKind == JsonValueKind.Object && value.TryGetProperty("messages", out var messages) ? messages : value;
        return value.ValueKind switch
        {
            JsonValueKind.Array when value.GetArrayLength() > 0 && value.EnumerateArray().All(IsMessage) => value,
            JsonValueKind.String => MessageTemplates.ToJson([new("user", value.GetString()!)]),
            _ => throw new TemplateException($"'{path.Text}' is neither a list of messages with role and content, nor a text."),
        };
    }

    /// <summary>A message has a role; what stands between messages in a response's input has a type.</summary>
    private static bool IsMessage(JsonElement message) => message.ValueKind == JsonValueKind.Object
        && ((message.TryGetProperty("role", out var name) && name.ValueKind == JsonValueKind.String)
            || (message.TryGetProperty("type", out name) && name.ValueKind == JsonValueKind.String));
}
