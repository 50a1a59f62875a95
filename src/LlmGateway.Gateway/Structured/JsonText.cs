using System.Text.Json;
using LlmGateway.Schemas;

namespace LlmGateway.Gateway.Structured;

/// <summary>Whether a text is JSON as the standard has it: the schema's validator reads more, such as comments and single quotes.</summary>
internal static class JsonText
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    /// <returns>Where it is not; null when it is.</returns>
    public static SchemaError? FindError(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text, Strict);
            return null;
        }
        catch (JsonException exception)
        {
            return new SchemaError("#", $"not JSON at line {(exception.LineNumber ?? 0) + 1}, byte {(exception.BytePositionInLine ?? 0) + 1}");
        }
    }
}
