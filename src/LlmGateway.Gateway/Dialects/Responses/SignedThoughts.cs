using System.Buffers;
using System.Text.Json;

namespace LlmGateway.Gateway.Dialects.Responses;

/// <summary>
/// Thoughts that a provider signed and wants back as they were, carried where a response carries OpenAI's own: in
/// <c>encrypted_content</c>, with a mark that tells them apart.
/// </summary>
internal static class SignedThoughts
{
    private const string Mark = "llmgateway.thinking_blocks.";

    public static string Pack(List<JsonElement> blocks)
    {
        var target = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(target, JsonMembers.Relaxed))
        {
            json.WriteStartArray();
            blocks.ForEach(block => block.WriteTo(json));
            json.WriteEndArray();
        }

        return Mark + Convert.ToBase64String(target.WrittenSpan);
    }

    /// <summary>The blocks of a reasoning item; none where they are not ours.</summary>
    public static IEnumerable<JsonElement> Unpack(JsonElement item)
    {
        if (item.Text("encrypted_content") is not { } text || !text.StartsWith(Mark, StringComparison.Ordinal))
        {
            return [];
        }

        try
        {
            var blocks = JsonElement.Parse(Convert.FromBase64String(text[Mark.Length..]));
            return blocks.ValueKind == JsonValueKind.Array ? blocks.EnumerateArray() : [];
        }
        catch (Exception exception) when (exception is FormatException or JsonException)
        {
            return [];
        }
    }
}
