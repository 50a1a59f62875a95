using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace LlmGateway.Gateway.Guardrails.Answers;

/// <summary>A block of an answer of Anthropic's. A tool's input is an object whose strings are all the model's words, whatever their names: it is looked at as the JSON that it is.</summary>
internal static class MessageBlock
{
    /// <summary>Holds what a guardrail made of an input, where that is no JSON any more.</summary>
    private const string Malformed = "malformed_arguments";

    /// <summary>The block's texts but its input.</summary>
    public static IEnumerable<AnswerField> Texts(JsonObject block) =>
        AnswerField.Of(block).Concat(block.Where(member => !HasInput(block) || member.Key != "input").SelectMany(member => AnswerField.In(member.Value)));

    public static bool HasInput(JsonObject block) => block["input"] is JsonObject && (string?)block["type"] is "tool_use" or "server_tool_use" or "mcp_tool_use";

    public static string ReadInput(JsonObject block) => Encoding.UTF8.GetString(AnswerField.Write(block["input"]!));

    public static void WriteInput(JsonObject block, string json)
    {
        try
        {
            block["input"] = JsonNode.Parse(json) as JsonObject ?? new JsonObject { [Malformed] = json };
        }
        catch (JsonException)
        {
            block["input"] = new JsonObject { [Malformed] = json };
        }
    }

    /// <summary>Puts the request's own data back in place of their placeholders.</summary>
    public static void Restore(JsonObject block, Placeholders placeholders)
    {
        foreach (var text in Texts(block).ToList())
        {
            var place = text;
            place.Text = placeholders.Restore(text.Text, text.IsJson);
        }

        if (HasInput(block))
        {
            WriteInput(block, placeholders.Restore(ReadInput(block), isJson: true));
        }
    }
}
