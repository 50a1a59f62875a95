using System.Text.Json;
using LlmGateway.Service;

namespace LlmGateway.Gateway.Dialects.Responses;

/// <summary>A response's content parts as a chat message's. One text alone is a string: every provider takes that.</summary>
/// <param name="json">Where the content goes.</param>
/// <param name="param">Where it stands in the request, for errors.</param>
internal sealed class ChatContent(Utf8JsonWriter json, string param)
{
    public void Write(JsonElement? content)
    {
        if (content is { ValueKind: JsonValueKind.String } text)
        {
            json.WriteString("content", text.GetString());
            return;
        }

        if (content is not { ValueKind: JsonValueKind.Array } parts)
        {
            throw ChatRequest.InvalidType(param, "a string or an array of parts");
        }

        if (parts.GetArrayLength() == 1 && TextOf(parts[0]) is { } only)
        {
            json.WriteString("content", only);
            return;
        }

        json.WriteStartArray("content");
        var index = 0;
        foreach (var part in parts.EnumerateArray())
        {
            WritePart(part, $"{param}[{index++}]");
        }

        json.WriteEndArray();
    }

    private static string? TextOf(JsonElement part) => part.Kind is "input_text" or "output_text" or "text" ? part.Text("text") : null;

    private void WritePart(JsonElement part, string at)
    {
        json.WriteStartObject();
        switch (part.Kind)
        {
            case "input_text" or "output_text" or "text":
                json.WriteString("type", "text");
                json.WriteString("text", part.Text("text") ?? throw ChatRequest.InvalidType($"{at}.text", "a string"));
                break;
            case "input_image":
                WriteImage(part, at);
                break;
            case "input_file":
                WriteFile(part, at);
                break;
            case "input_audio":
                json.WriteString("type", "input_audio");
                json.WriteCopy("input_audio", part.Member("input_audio"));
                break;
            case var kind:
                throw new ApiException(ApiErrors.BadRequest($"Invalid value for '{at}.type': '{kind}' is no content that this model's provider takes.", $"{at}.type"));
        }

        json.WriteEndObject();
    }

    private void WriteImage(JsonElement part, string at)
    {
        json.WriteString("type", "image_url");
        json.WriteStartObject("image_url");
        json.WriteString("url", part.Text("image_url") ?? throw NeedsContent(at, "file_id", "image_url"));
        json.WriteCopy("detail", part.Member("detail"));
        json.WriteEndObject();
    }

    private void WriteFile(JsonElement part, string at)
    {
        json.WriteString("type", "file");
        json.WriteStartObject("file");
        json.WriteCopy("filename", part.Member("filename"));
        json.WriteString("file_data", part.Text("file_data") ?? throw NeedsContent(at, part.Text("file_url") is null ? "file_id" : "file_url", "file_data"));
        json.WriteEndObject();
    }

    /// <summary>The provider has none of OpenAI's files.</summary>
    private static ApiException NeedsContent(string at, string given, string needed) => new(ApiErrors.BadRequest(
        $"'{at}.{given}' is not supported by this model's provider. Send the content in '{needed}'.", $"{at}.{given}", "unsupported_parameter"));
}
