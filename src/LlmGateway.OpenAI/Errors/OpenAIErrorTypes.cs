namespace LlmGateway.OpenAI;

/// <summary>Values of <see cref="OpenAIError.Type"/> that OpenAI's API uses.</summary>
public static class OpenAIErrorTypes
{
    /// <summary>The request cannot be served as it is: 400, 401 (with code <c>invalid_api_key</c>), 403, 404, 413.</summary>
    public const string InvalidRequest = "invalid_request_error";

    /// <summary>Too many requests in a minute: 429, with code <c>rate_limit_exceeded</c>.</summary>
    public const string Requests = "requests";

    /// <summary>Too many tokens in a minute: 429, with code <c>rate_limit_exceeded</c>.</summary>
    public const string Tokens = "tokens";

    /// <summary>The budget is used up: 429, with a code of the same name.</summary>
    public const string InsufficientQuota = "insufficient_quota";

    /// <summary>The server or a provider failed: 500 to 504.</summary>
    public const string ServerError = "server_error";
}
