using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace LlmGateway.Gateway.Guardrails.Answers;

/// <summary>A text in an answer, which can be replaced.</summary>
/// <param name="Owner">The object that has it.</param>
/// <param name="Name">Its member.</param>
internal readonly record struct AnswerField(JsonObject Owner, string Name)
{
    private static readonly JsonWriterOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Strings of an answer that are no text: names of things, pictures, sounds. Whatever is not here is checked.</summary>
    private static readonly HashSet<string> NoText = new(StringComparer.Ordinal)
    {
        "role", "type", "id", "name", "status", "call_id", "item_id", "tool_call_id", "tool_use_id", "response_id", "previous_response_id", "object", "model", "finish_reason",
        "system_fingerprint", "service_tier", "encrypted_content", "signature", "data", "b64_json", "partial_image_b64", "result", "obfuscation", "guardrail", "phase",
    };

    public string Text
    {
        get => (string)Owner[Name]!;
        set => Owner[Name] = value;
    }

    /// <summary>Whether it is what the caller asked for, not a tool call, a refusal or a thought.</summary>
    public bool IsContent => Name is "content" or "text";

    /// <summary>Whether the text is itself JSON.</summary>
    public bool IsJson => Name is "arguments" or "partial_json";

    /// <summary>All texts in a part of an answer; strings in lists become no text of any API.</summary>
    public static IEnumerable<AnswerField> In(JsonNode? node) => node switch
    {
        JsonArray items => items.SelectMany(In),
        JsonObject owner => Of(owner).Concat(owner.SelectMany(member => In(member.Value))),
        _ => [],
    };

    /// <summary>The texts that an object has itself.</summary>
    public static IEnumerable<AnswerField> Of(JsonObject owner) => owner
        .Where(member => member.Value is JsonValue value && value.GetValueKind() == JsonValueKind.String && !NoText.Contains(member.Key))
        .Select(member => new AnswerField(owner, member.Key));

    /// <summary>Puts the request's own data back in place of their placeholders.</summary>
    public static void Restore(JsonNode node, Placeholders placeholders)
    {
        if (placeholders.AreNone)
        {
            return;
        }

        foreach (var text in In(node).ToList())
        {
            var place = text;
            place.Text = placeholders.Restore(text.Text, text.IsJson);
        }
    }

    /// <summary>An answer as JSON, letters of all scripts as themselves.</summary>
    public static byte[] Write(JsonNode node)
    {
        var target = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(target, Relaxed))
        {
            node.WriteTo(writer);
        }

        return target.WrittenSpan.ToArray();
    }
}
