using System.Text.Json;

namespace LlmGateway.Datasets.Versions.Imports;

/// <summary>
/// OpenAI's rules for conversations in files for fine-tuning: known roles, content where there has to be some, calls of tools
/// that are answered before anything else is said, and weights of 0 or 1 on the assistant's messages only.
/// </summary>
internal static class ChatRules
{
    private const string Assistant = "assistant";
    private const string Tool = "tool";
    private static readonly string[] Roles = ["system", "developer", "user", Assistant, Tool, "function"];

    /// <summary>A member's messages.</summary>
    /// <exception cref="LineException">They are missing, or break a rule.</exception>
    public static JsonElement Read(JsonElement value, string member, string place)
    {
        var messages = value.Find(member) is { ValueKind: JsonValueKind.Array } array && array.GetArrayLength() > 0
            ? array
            : throw new LineException($"'{place}' must be an array with at least one message");
        Check([.. messages.EnumerateArray()], place);
        return messages;
    }

    /// <exception cref="LineException">They break a rule; the message names the place.</exception>
    public static void Check(IReadOnlyList<JsonElement> messages, string place)
    {
        var open = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (index, message) in messages.Index())
        {
            var at = $"{place}[{index}]";
            CheckRole(message, at);
            if (Role(message) == Tool)
            {
                CheckAnswer(message, at, open);
            }
            else if (open.Count > 0)
            {
                throw new LineException($"'{at}' comes before the tool's answer to the call '{open.First()}'");
            }

            CheckContent(message, at);
            CheckWeight(message, at);
            CheckCalls(message, at, open);
        }
    }

    /// <summary>Whether a model would learn any of the messages: each of the assistant's counts unless its weight is 0.</summary>
    public static bool AnyTrained(IEnumerable<JsonElement> messages) =>
        messages.Any(message => Role(message) == Assistant && !(message.Find("weight") is { } weight && weight.TryGetInt32(out var number) && number == 0));

    /// <summary>The role of a message that has one.</summary>
    public static string Role(JsonElement message) => message.GetProperty("role").GetString()!;

    /// <exception cref="LineException">They are no list of functions.</exception>
    public static void CheckTools(JsonElement value, string place)
    {
        if (value.Find("tools") is not { } tools)
        {
            return;
        }

        if (tools.ValueKind != JsonValueKind.Array)
        {
            throw new LineException($"'{place}' must be an array of functions");
        }

        foreach (var (index, tool) in tools.EnumerateArray().Index())
        {
            if (tool.Find("function")?.Find("name") is not { ValueKind: JsonValueKind.String })
            {
                throw new LineException($"'{place}[{index}]' must be {{\"type\": \"function\", \"function\": {{\"name\", …}}}}");
            }
        }
    }

    private static void CheckRole(JsonElement message, string at)
    {
        if (!ChatForm.IsMessage(message))
        {
            throw new LineException($"'{at}' must be an object with a 'role'");
        }

        if (!Roles.Contains(Role(message)))
        {
            throw new LineException($"'{at}.role' must be one of {string.Join(", ", Roles)}");
        }
    }

    private static void CheckAnswer(JsonElement message, string at, HashSet<string> open)
    {
        if (message.Find("tool_call_id") is not { ValueKind: JsonValueKind.String } id || !open.Remove(id.GetString()!))
        {
            throw new LineException($"'{at}.tool_call_id' must name a call of the assistant's message before it that has no answer yet");
        }
    }

    private static void CheckContent(JsonElement message, string at)
    {
        var isGiven = message.Find("content") switch
        {
            null => Role(message) == Assistant && (message.Find("tool_calls") ?? message.Find("function_call") ?? message.Find("refusal")) is not null,
            { ValueKind: JsonValueKind.String } => true,
            { ValueKind: JsonValueKind.Array } parts => parts.GetArrayLength() > 0 && parts.EnumerateArray().All(IsPart),
            _ => false,
        };
        if (!isGiven)
        {
            throw new LineException($"'{at}.content' must be text or a list of parts with a 'type'");
        }
    }

    private static bool IsPart(JsonElement part) => part.Find("type") is { ValueKind: JsonValueKind.String };

    private static void CheckWeight(JsonElement message, string at)
    {
        if (message.Find("weight") is not { } weight)
        {
            return;
        }

        if (Role(message) != Assistant)
        {
            throw new LineException($"'{at}.weight' is for the assistant's messages only");
        }

        if (weight.ValueKind != JsonValueKind.Number || !weight.TryGetInt32(out var number) || number is not (0 or 1))
        {
            throw new LineException($"'{at}.weight' must be 0 or 1");
        }
    }

    private static void CheckCalls(JsonElement message, string at, HashSet<string> open)
    {
        if (message.Find("tool_calls") is not { } calls)
        {
            return;
        }

        if (Role(message) != Assistant || calls.ValueKind != JsonValueKind.Array)
        {
            throw new LineException($"'{at}.tool_calls' must be a list, on a message of the assistant's");
        }

        foreach (var (index, call) in calls.EnumerateArray().Index())
        {
            if (call.Find("function") is not { } function
                || function.Find("name") is not { ValueKind: JsonValueKind.String } || function.Find("arguments") is not { ValueKind: JsonValueKind.String })
            {
                throw new LineException($"'{at}.tool_calls[{index}].function' must have a 'name' and its 'arguments' as text");
            }

            if (call.Find("id") is not { ValueKind: JsonValueKind.String } id || !open.Add(id.GetString()!))
            {
                throw new LineException($"'{at}.tool_calls[{index}].id' must be text that no other call has");
            }
        }
    }
}
