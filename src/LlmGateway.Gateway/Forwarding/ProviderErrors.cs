using System.Net;

namespace LlmGateway.Gateway.Forwarding;

/// <summary>What a provider's error means for the next attempt. Providers say the same in many words; these are the ones in use.</summary>
internal static class ProviderErrors
{
    private static readonly string[] ContextCodes = ["context_length_exceeded", "context_window_exceeded", "model_context_window_exceeded"];
    private static readonly string[] PolicyCodes = ["content_filter", "content_policy_violation", "ResponsibleAIPolicyViolation"];

    /// <summary>Whether the body must be read to know.</summary>
    public static bool IsToldByBody(HttpStatusCode status) =>
        status is HttpStatusCode.BadRequest or HttpStatusCode.RequestEntityTooLarge or HttpStatusCode.UnprocessableEntity;

    public static FailureKind Classify(HttpStatusCode status) => (int)status switch
    {
        401 or 403 => FailureKind.Credentials,
        429 => FailureKind.RateLimited,
        408 or >= 500 => FailureKind.ServerError,
        _ => FailureKind.Refused,
    };

    /// <summary>A request that was refused: for its length, its content, or something else that nobody can help.</summary>
    /// <param name="code">The error's code.</param>
    /// <param name="body">The error as it came.</param>
    public static FailureKind ClassifyRefusal(string? code, ReadOnlySpan<byte> body) =>
        ContextCodes.Contains(code) || NamesContext(body) ? FailureKind.ContextLength
        : PolicyCodes.Contains(code) || NamesPolicy(body) ? FailureKind.ContentPolicy
        : FailureKind.Refused;

    /// <summary>An error that came with the status of a success, by its code alone.</summary>
    public static FailureKind ClassifyInSuccess(string? code, ReadOnlySpan<byte> body) => code switch
    {
        "rate_limit_exceeded" or "rate_limit_error" or "insufficient_quota" or "429" => FailureKind.RateLimited,
        "invalid_api_key" or "authentication_error" or "permission_error" or "401" or "403" => FailureKind.Credentials,
        "server_error" or "overloaded_error" or "api_error" or "internal_error" or "500" or "502" or "503" => FailureKind.ServerError,
        _ => ClassifyRefusal(code, body) is var kind && kind != FailureKind.Refused ? kind
            : code is "invalid_request_error" or "400" ? FailureKind.Refused
            : FailureKind.InvalidResponse,
    };

    private static bool NamesContext(ReadOnlySpan<byte> body) =>
        body.IndexOf("maximum context length"u8) >= 0 || body.IndexOf("context window"u8) >= 0 || body.IndexOf("prompt is too long"u8) >= 0
        || body.IndexOf("context length"u8) >= 0 || body.IndexOf("exceeds the maximum number of tokens"u8) >= 0;

    private static bool NamesPolicy(ReadOnlySpan<byte> body) =>
        body.IndexOf("content management policy"u8) >= 0 || body.IndexOf("ResponsibleAIPolicyViolation"u8) >= 0 || body.IndexOf("content_filter_policy"u8) >= 0;
}
