using System.Text;
using System.Text.Json;

namespace LlmGateway.Datasets.Versions;

/// <summary>What an item says, as text: for steps that compare texts or look at them.</summary>
internal static class ItemText
{
    /// <summary>
    /// What was asked: the texts of all messages but those of the system or the developer, which many items share and which would make
    /// them alike; of fields of the caller's own, all texts.
    /// </summary>
    public static string OfInput(JsonElement input)
    {
        if (input.ValueKind == JsonValueKind.String)
        {
            return input.GetString()!;
        }

        var text = new StringBuilder();
        if (ChatForm.MessagesOf(input) is not { } messages)
        {
            AddAll(text, input);
            return text.ToString();
        }

        foreach (var message in messages.EnumerateArray().Where(message => !IsInstruction(message)))
        {
            AddMessage(text, message);
        }

        return text.ToString();
    }

    /// <summary>The output: text, a message's text and tool calls, or any value's JSON; empty for none.</summary>
    public static string OfReference(JsonElement? reference) => reference switch
    {
        null => "",
        { ValueKind: JsonValueKind.String } said => said.GetString()!,
        { } message when ChatForm.IsMessage(message) => OfMessage(message),
        { } value => value.GetRawText(),
    };

    /// <summary>The output where it is nothing but text; null where it calls tools, is another value, or is not there.</summary>
    public static string? OfPlainReference(JsonElement? reference) => reference switch
    {
        { ValueKind: JsonValueKind.String } said => said.GetString(),
        { } message when ChatForm.IsMessage(message) && ChatForm.Simplify(message) is { ValueKind: JsonValueKind.String } said => said.GetString(),
        _ => null,
    };

    private static bool IsInstruction(JsonElement message) => message.GetProperty("role") is var role && (role.ValueEquals("system") || role.ValueEquals("developer"));

    private static string OfMessage(JsonElement message)
    {
        var text = new StringBuilder();
        AddMessage(text, message);
        return text.ToString();
    }

    private static void AddMessage(StringBuilder text, JsonElement message)
    {
        foreach (var name in (ReadOnlySpan<string>)["content", "tool_calls", "function_call"])
        {
            if (message.TryGetProperty(name, out var value))
            {
                AddAll(text, value);
            }
        }
    }

    /// <summary>All texts in a value; what a part's type or id is called is none, and neither is a picture.</summary>
    private static void AddAll(StringBuilder text, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.String when value.GetString() is { } said && !said.StartsWith("data:", StringComparison.Ordinal):
                text.Append(text.Length > 0 ? "\n" : "").Append(said);
                break;
            case JsonValueKind.Array:
                foreach (var element in value.EnumerateArray())
                {
                    AddAll(text, element);
                }

                break;
            case JsonValueKind.Object:
                foreach (var member in value.EnumerateObject().Where(member => member.Name is not ("type" or "id" or "role")))
                {
                    AddAll(text, member.Value);
                }

                break;
        }
    }
}
