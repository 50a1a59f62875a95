using System.Text.Json;
using System.Text.Json.Nodes;
using LlmGateway.Console.Api;
using LlmGateway.OpenAI;

namespace LlmGateway.Console.Prompts;

/// <summary>JSON that somebody typed.</summary>
internal static class DraftJson
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Null for an empty text.</summary>
    /// <exception cref="GatewayException">It is none, or of another kind; said as the API would.</exception>
    public static T? Read<T>(string? text, string field, string kind)
        where T : JsonNode
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return null;
        }

        try
        {
            return JsonNode.Parse(text) as T ?? throw Wrong($"'{field}' must be {kind}.", field);
        }
        catch (JsonException fault)
        {
            throw Wrong($"'{field}' is not JSON: line {fault.LineNumber + 1}, column {fault.BytePositionInLine + 1}.", field);
        }
    }

    public static string Write(JsonNode? node) => node?.ToJsonString(Indented) ?? "";

    public static GatewayException Wrong(string message, string field) => new(400, new OpenAIError(message, OpenAIErrorTypes.InvalidRequest, field, "invalid_value"));
}
