using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using LlmGateway.Evaluation.Templates;

namespace LlmGateway.Evaluation.Insights;

/// <summary>An output item's sample, as it is kept.</summary>
/// <param name="Json">The kept sample; null where there was none.</param>
internal sealed record RecordedAnswer(JsonElement? Json)
{
    public static RecordedAnswer Read(string? sample) => new(sample is null ? null : JsonText.Parse(sample));

    /// <summary>What the model said; null where it said nothing that could be had.</summary>
    public string? Text => Messages("output").Select(Content).FirstOrDefault();

    /// <summary>The call that gave it; null where none is known.</summary>
    public string? InferenceId => Json is { ValueKind: JsonValueKind.Object } sample && sample.TryGetProperty("inference_id", out var id) ? id.GetString() : null;

    /// <summary>All that the model was asked with.</summary>
    public string Prompt => string.Join('\n', Messages("input").Select(Content));

    /// <summary>What templates may refer to: the kept sample, and its text by the name that they know.</summary>
    public TemplateValues Values(JsonElement item)
    {
        if (Json is not { } sample)
        {
            return new TemplateValues(item, null);
        }

        var node = JsonNode.Parse(sample.GetRawText())!;
        node["output_text"] = Text;
        return new TemplateValues(item, JsonText.Parse(node.ToJsonString()));
    }

    private JsonElement.ArrayEnumerator Messages(string name) =>
        Json is { ValueKind: JsonValueKind.Object } sample && sample.TryGetProperty(name, out var messages) && messages.ValueKind == JsonValueKind.Array
            ? messages.EnumerateArray()
            : default;

    /// <summary>A message's text, or its parts' texts.</summary>
    private static string Content(JsonElement message)
    {
        if (message.ValueKind != JsonValueKind.Object || !message.TryGetProperty("content", out var content))
        {
            return "";
        }

        if (content.ValueKind == JsonValueKind.String)
        {
            return content.GetString()!;
        }

        var text = new StringBuilder();
        foreach (var part in content.ValueKind == JsonValueKind.Array ? content.EnumerateArray() : default)
        {
            text.Append(part.ValueKind == JsonValueKind.Object && part.TryGetProperty("text", out var words) ? words.GetString() : "");
        }

        return text.ToString();
    }
}
