using System.Text.Json;

namespace LlmGateway.Gateway.Dialects.Responses;

/// <summary>A chat completion's usage as a response's. What was not told is left out.</summary>
internal static class ResponseUsage
{
    public static void Write(Utf8JsonWriter json, JsonElement? usage)
    {
        if (usage is not { } told || told.Count("prompt_tokens") is not { } input || told.Count("completion_tokens") is not { } output)
        {
            return;
        }

        var details = told.Object("prompt_tokens_details") ?? default;
        json.WriteStartObject("usage");
        json.WriteNumber("input_tokens", input);
        json.WriteStartObject("input_tokens_details");
        json.WriteNumber("cached_tokens", details.Count("cached_tokens") ?? 0);
        json.WriteNumber("cache_write_tokens", details.Count("cache_write_tokens") ?? 0);
        json.WriteEndObject();
        json.WriteNumber("output_tokens", output);
        json.WriteStartObject("output_tokens_details");
        json.WriteNumber("reasoning_tokens", told.Object("completion_tokens_details")?.Count("reasoning_tokens") ?? 0);
        json.WriteEndObject();
        json.WriteNumber("total_tokens", told.Count("total_tokens") ?? input + output);
        json.WriteEndObject();
    }
}
