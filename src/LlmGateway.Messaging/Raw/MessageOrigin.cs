using System.Text.Json;

namespace LlmGateway.Messaging.Raw;

/// <summary>What a message that could not be read says of where it comes from, as far as that can be told.</summary>
/// <param name="Id">Its member <c>id</c>; null if it has none that is text.</param>
/// <param name="Project">Its member <c>project</c>; the same.</param>
public readonly record struct MessageOrigin(string? Id, string? Project)
{
    /// <summary>Looks into a message that may be anything.</summary>
    /// <param name="body">The message.</param>
    /// <param name="maxBytes">The largest one that is looked into.</param>
    public static MessageOrigin Of(ReadOnlyMemory<byte> body, int maxBytes)
    {
        if (body.Length > maxBytes)
        {
            return default;
        }

        try
        {
            using var json = JsonDocument.Parse(body);
            return new(Text(json.RootElement, "id"), Text(json.RootElement, "project"));
        }
        catch (JsonException)
        {
            return default;
        }
        catch (InvalidOperationException)
        {
            // A half of a surrogate pair: JSON, but no text.
            return default;
        }
    }

    private static string? Text(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
