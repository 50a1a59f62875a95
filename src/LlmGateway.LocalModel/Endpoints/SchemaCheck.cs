using System.Text.Json;

namespace LlmGateway.LocalModel;

/// <summary>Refuses a caller's schema that would not be obeyed, or that OpenAI would refuse.</summary>
internal static class SchemaCheck
{
    public static JsonElement Usable(JsonElement schema, bool strict, string param)
    {
        if (SupportedKeywords.NotObeyed(schema) is { Count: > 0 } ignored)
        {
            throw RequestBody.Bad($"Invalid schema: the local model does not obey {string.Join(", ", ignored.Select(keyword => $"'{keyword}'"))}.", param);
        }

        return strict && StrictSchema.Violation(schema) is { } violation ? throw RequestBody.Bad($"Invalid strict schema: {violation}.", param) : schema;
    }
}
