using System.Text.Json;

namespace LlmGateway.Gateway.Dialects.Messages;

/// <summary>A tool's <c>input_schema</c>, which must be an object's; OpenAI lets it be empty or absent.</summary>
internal static class ToolSchema
{
    public static void Write(Utf8JsonWriter json, JsonElement? schema)
    {
        json.WritePropertyName("input_schema");
        if (schema is { ValueKind: JsonValueKind.Object } given && given.Kind is not null)
        {
            given.WriteTo(json);
            return;
        }

        json.WriteStartObject();
        json.WriteString("type", "object");
        if (schema is { ValueKind: JsonValueKind.Object } untyped)
        {
            foreach (var member in untyped.EnumerateObject().Where(member => member.Name != "type"))
            {
                member.WriteTo(json);
            }
        }

        json.WriteEndObject();
    }
}
