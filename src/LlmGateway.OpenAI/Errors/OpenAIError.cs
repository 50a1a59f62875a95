using System.Text.Json;
using System.Text.Json.Serialization;

namespace LlmGateway.OpenAI;

/// <summary>OpenAI's error object.</summary>
/// <param name="Message">What is wrong, for a person.</param>
/// <param name="Type">The kind, such as <c>invalid_request_error</c>.</param>
/// <param name="Param">The field at fault; written as null when there is none.</param>
/// <param name="Code">The case, for a program; written as null when there is none.</param>
public sealed record OpenAIError(
    string Message,
    string Type,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Param,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Code);

/// <summary>The envelope in which an error leaves.</summary>
public sealed record OpenAIErrorResponse(OpenAIError Error)
{
    /// <summary>The error that an answer's body holds; null where it is none, such as a proxy's page.</summary>
    /// <param name="body">UTF-8.</param>
    public static OpenAIError? Read(ReadOnlySpan<byte> body)
    {
        try
        {
            return JsonSerializer.Deserialize(body, OpenAIJson.TypeInfo<OpenAIErrorResponse>())?.Error;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
