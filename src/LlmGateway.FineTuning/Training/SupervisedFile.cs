using System.Text;
using System.Text.Json;

namespace LlmGateway.FineTuning.Training;

/// <summary>Checks OpenAI's supervised format line by line, before anything is paid for.</summary>
internal static class SupervisedFile
{
    /// <summary>As at OpenAI.</summary>
    private const int FewestExamples = 10;
    private const int MostErrors = 10;
    private static readonly string[] Roles = ["system", "developer", "user", "assistant", "tool", "function"];

    /// <summary>Reads the stream to its end and leaves it at its beginning.</summary>
    /// <returns>What is wrong, each with its line's number, at most ten; empty when nothing is.</returns>
    public static List<string> Check(Stream file)
    {
        var errors = new List<string>();
        var examples = 0;
        using (var reader = new StreamReader(file, Encoding.UTF8, leaveOpen: true))
        {
            for (var number = 1; errors.Count < MostErrors && reader.ReadLine() is { } line; number++)
            {
                if (string.IsNullOrWhiteSpace(line))
                {
                    continue;
                }

                examples++;
                if (Error(line) is { } error)
                {
                    errors.Add($"Line {number}: {error}");
                }
            }
        }

        file.Position = 0;
        if (errors.Count == 0 && examples < FewestExamples)
        {
            errors.Add($"The data has {examples} examples; at least {FewestExamples} are needed.");
        }

        return errors;
    }

    private static string? Error(string line)
    {
        try
        {
            using var json = JsonDocument.Parse(line);
            return json.RootElement.ValueKind != JsonValueKind.Object ? "expected an object with 'messages'."
                : !json.RootElement.TryGetProperty("messages", out var messages) ? "'messages' is missing."
                : messages.ValueKind != JsonValueKind.Array || messages.GetArrayLength() == 0 ? "'messages' must be a list with at least one message."
                : MessagesError(messages);
        }
        catch (JsonException)
        {
            return "it is not JSON.";
        }
    }

    private static string? MessagesError(JsonElement messages)
    {
        foreach (var (index, message) in messages.EnumerateArray().Index())
        {
            if (MessageError(message) is { } error)
            {
                return $"messages[{index}]: {error}";
            }
        }

        return Role(messages[messages.GetArrayLength() - 1]) == "assistant" ? null : "the last message must be the assistant's: it is what is learned.";
    }

    private static string? MessageError(JsonElement message)
    {
        if (message.ValueKind != JsonValueKind.Object)
        {
            return "expected an object.";
        }

        var role = Role(message);
        if (role is null || !Roles.Contains(role))
        {
            return role is null ? "'role' is missing." : $"the role '{role}' is none of {string.Join(", ", Roles)}.";
        }

        var calls = role == "assistant" && (message.TryGetProperty("tool_calls", out _) || message.TryGetProperty("function_call", out _));
        return calls || (message.TryGetProperty("content", out var content) && content.ValueKind is JsonValueKind.String or JsonValueKind.Array)
            ? null : "'content' must be a text or a list of parts.";
    }

    private static string? Role(JsonElement message) =>
        message.ValueKind == JsonValueKind.Object && message.TryGetProperty("role", out var role) && role.ValueKind == JsonValueKind.String ? role.GetString() : null;
}
