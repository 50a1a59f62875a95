using System.Text.Json;
using LlmGateway.Evaluation.Models;
using LlmGateway.Evaluation.Templates;
using LlmGateway.Service;

namespace LlmGateway.Evaluation.Sampling;

/// <summary>Messages whose texts are templates.</summary>
internal sealed class MessageTemplates : IPrompt
{
    private const int MaxMessages = 200;

    private readonly IReadOnlyList<(string Role, Template Content)> _messages;

    private MessageTemplates(IReadOnlyList<(string Role, Template Content)> messages) => _messages = messages;

    /// <exception cref="ApiException">A message is malformed, or is not text (400).</exception>
    public static MessageTemplates Read(JsonFields fields, string name, TemplateScope scope) => new(
    [
        .. fields.List(name, 1, MaxMessages).Select(entry =>
        {
            var message = JsonFields.Of(entry.Element, entry.Path).Only("type", "role", "content");
            return (message.Choice("role", "user", "assistant", "system", "developer"), scope.Parse(Text(message.Value("content"), message.At("content")), message.At("content")));
        }),
    ]);

    public IReadOnlyList<ChatText> Render(TemplateValues values) => [.. _messages.Select(message => new ChatText(message.Role, message.Content.Render(values)))];

    public JsonElement Messages(TemplateValues values) => ToJson(Render(values));

    internal static JsonElement ToJson(IReadOnlyList<ChatText> messages) =>
        JsonText.Parse(JsonText.Write(writer => GatewayModels.WriteMessages(writer, messages)));

    /// <summary>A text, one part, or parts joined.</summary>
    private static string Text(JsonElement content, string path) => content.ValueKind switch
    {
        JsonValueKind.Array => string.Concat(content.EnumerateArray().Select((part, index) => Text(part, $"{path}[{index}]"))),
        JsonValueKind.Object => JsonFields.Of(content, path) is var part && part.Choice("type", "input_text", "output_text", "text") is not null ? part.Text("text") : "",
        _ => JsonFields.AsText(content, path),
    };
}
