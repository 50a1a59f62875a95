using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using LlmGateway.Service;
using Microsoft.AspNetCore.Http;

namespace LlmGateway.Gateway.Prompts;

/// <summary>Bodies of requests about prompts.</summary>
internal static class PromptBody
{
    /// <summary>In bytes: the texts of a version have a limit of their own, below it.</summary>
    public const int MaxBytes = 2 << 20;

    public static bool IsText(HttpRequest request) => request.ContentType?.StartsWith("text/plain", StringComparison.OrdinalIgnoreCase) == true;

    /// <exception cref="ApiException">415 when it is no text, 400 when it is not UTF-8.</exception>
    public static async Task<string> ReadTextAsync(HttpRequest request)
    {
        if (!IsText(request))
        {
            throw new ApiException(new ApiError(StatusCodes.Status415UnsupportedMediaType, "unsupported_media_type", "Send the file as 'Content-Type: text/plain'."));
        }

        using var reader = new StreamReader(request.Body, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true));
        try
        {
            return await reader.ReadToEndAsync(request.HttpContext.RequestAborted);
        }
        catch (DecoderFallbackException)
        {
            throw PromptRules.Refused("The prompt file is not valid UTF-8.", "file", "invalid_utf8");
        }
    }

    /// <exception cref="ApiException">400 naming the member that is unknown or of a wrong type.</exception>
    public static async Task<T> ReadAsync<T>(HttpRequest request, JsonTypeInfo<T> type)
    {
        try
        {
            return await JsonSerializer.DeserializeAsync(request.Body, type, request.HttpContext.RequestAborted)
                ?? throw PromptRules.Refused("The body must be a JSON object.", null, "invalid_json");
        }
        catch (JsonException exception)
        {
            var path = exception.Path?.TrimStart('$').TrimStart('.');
            throw string.IsNullOrEmpty(path)
                ? PromptRules.Refused($"The body could not be read (line {exception.LineNumber + 1}): it is no JSON object, or has a member that is unknown here.", null, "invalid_json")
                : PromptRules.Refused($"'{path}' is unknown here, is of the wrong type, or lacks a member that must be there.", path, "invalid_type");
        }
    }
}
