using System.Text.Json;
using LlmGateway.Gateway.Requests;

namespace LlmGateway.Gateway.Prompts.Calls;

/// <summary>What the user said last in a request, with which a prompt's examples are compared.</summary>
internal static class UserInput
{
    /// <returns>Null when the request has no text of a user.</returns>
    public static string? Last(ReadOnlySpan<byte> body, Operation operation)
    {
        var reader = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = RequestScanner.MaxDepth });
        using var document = JsonDocument.ParseValue(ref reader);
        if (!document.RootElement.TryGetProperty(operation == Operation.Responses ? "input" : "messages", out var list))
        {
            return null;
        }

        return list.ValueKind switch
        {
            JsonValueKind.String => list.GetString(),
            JsonValueKind.Array => list.EnumerateArray().Where(IsUsers).Select(TextOf).LastOrDefault(text => text is not null),
            _ => null,
        };
    }

    private static bool IsUsers(JsonElement item) =>
        item.ValueKind == JsonValueKind.Object && item.TryGetProperty("role", out var role) && role.ValueKind == JsonValueKind.String && role.ValueEquals("user"u8);

    /// <summary>A text, or the texts among a message's parts.</summary>
    public static string? TextOf(JsonElement message)
    {
        if (!message.TryGetProperty("content", out var content))
        {
            return null;
        }

        return content.ValueKind switch
        {
            JsonValueKind.String => content.GetString(),
            JsonValueKind.Array => string.Join('\n', content.EnumerateArray()
                .Where(part => part.ValueKind == JsonValueKind.Object && part.TryGetProperty("text", out var text) && text.ValueKind == JsonValueKind.String)
                .Select(part => part.GetProperty("text").GetString())),
            _ => null,
        };
    }
}
