using System.Text.Json;
using LlmGateway.Gateway.Requests;
using LlmGateway.Service;

namespace LlmGateway.Gateway.Dialects;

/// <summary>A provider's error in the form of the caller's API; the status stays the provider's.</summary>
internal static class ErrorTranslation
{
    private const int MaxMessage = 4096;

    /// <param name="status">The provider's.</param>
    /// <param name="body">What it said: OpenAI's or Anthropic's error object, or anything else.</param>
    /// <param name="operation">What the caller speaks.</param>
    public static byte[] Write(int status, ReadOnlyMemory<byte> body, Operation operation) => Write(Read(status, body), operation);

    /// <summary>An error in the form of an API.</summary>
    public static byte[] Write(ApiError error, Operation operation) => operation.ErrorForm == ErrorForm.Anthropic ? error.ToAnthropicJson(null) : error.ToJson();

    /// <summary>What a provider's error object says, whichever of the two forms it has.</summary>
    public static ApiError Read(int status, ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return Read(status, document.RootElement);
        }
        catch (JsonException)
        {
            return Unspoken(status);
        }
    }

    /// <inheritdoc cref="Read(int, ReadOnlyMemory{byte})"/>
    public static ApiError Read(int status, JsonElement body)
    {
        // Gemini puts its error into a list; vLLM and Mistral have no object around theirs.
        body = body.ValueKind == JsonValueKind.Array ? body.EnumerateArray().FirstOrDefault() : body;
        var error = body.Object("error") ?? body;
        if ((error.Text("message") ?? error.Text("error") ?? error.Text("detail")) is not { Length: > 0 } message)
        {
            return Unspoken(status);
        }

        return new ApiError(status, Code(status, error.Text("code") ?? error.Text("type"), message), Shorten(message), error.Text("param"));
    }

    /// <summary>The status that an error would have had, had it come before the stream began.</summary>
    public static int StatusOf(JsonElement body) => body.Object("error")?.Text("type") switch
    {
        "invalid_request_error" => 400,
        "authentication_error" => 401,
        "billing_error" => 402,
        "permission_error" => 403,
        "not_found_error" => 404,
        "request_too_large" => 413,
        "rate_limit_error" or "requests" or "tokens" or "insufficient_quota" => 429,
        "timeout_error" => 504,
        "overloaded_error" => 529,
        _ => 500,
    };

    /// <summary>Codes that programs act on are OpenAI's, whoever made the error.</summary>
    private static string Code(int status, string? code, string message) => (status, code) switch
    {
        (400 or 413, "invalid_request_error") when message.Contains("prompt is too long", StringComparison.OrdinalIgnoreCase) => "context_length_exceeded",
        (404, "not_found_error") when message.StartsWith("model", StringComparison.Ordinal) => "model_not_found",
        (_, "rate_limit_error") => "rate_limit_exceeded",
        (_, { Length: > 0 }) => code,
        _ => $"upstream_{status}",
    };

    private static ApiError Unspoken(int status) => new(status, $"upstream_{status}", $"The provider answered with status {status}.");

    private static string Shorten(string text) => text.Length <= MaxMessage ? text : text[..MaxMessage];
}
