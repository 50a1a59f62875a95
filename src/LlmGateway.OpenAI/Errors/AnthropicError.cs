namespace LlmGateway.OpenAI;

/// <summary>Anthropic's error object.</summary>
/// <param name="Type">The kind, such as <c>invalid_request_error</c>; see <see cref="TypeOf"/>.</param>
/// <param name="Message">What is wrong, for a person.</param>
public sealed record AnthropicError(string Type, string Message)
{
    /// <summary>The type that Anthropic has for a status.</summary>
    public static string TypeOf(int status) => status switch
    {
        401 => "authentication_error",
        402 => "billing_error",
        403 => "permission_error",
        404 => "not_found_error",
        413 => "request_too_large",
        429 => "rate_limit_error",
        504 => "timeout_error",
        503 or 529 => "overloaded_error",
        >= 400 and < 500 => "invalid_request_error",
        _ => "api_error",
    };
}

/// <summary>The envelope in which an error leaves.</summary>
/// <param name="Error">The error.</param>
/// <param name="RequestId">Names the request; null when it has no name.</param>
public sealed record AnthropicErrorResponse(AnthropicError Error, string? RequestId)
{
    public string Type { get; } = "error";
}
