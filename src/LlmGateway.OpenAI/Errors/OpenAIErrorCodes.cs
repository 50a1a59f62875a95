namespace LlmGateway.OpenAI;

/// <summary>Values of <see cref="OpenAIError.Code"/> that OpenAI's API uses and clients look for.</summary>
public static class OpenAIErrorCodes
{
    /// <summary>401: no such key, or it was revoked.</summary>
    public const string InvalidApiKey = "invalid_api_key";

    /// <summary>404: no such model, or the key may not use it.</summary>
    public const string ModelNotFound = "model_not_found";

    /// <summary>429: a limit a minute was reached.</summary>
    public const string RateLimitExceeded = "rate_limit_exceeded";

    /// <summary>429: the budget is used up.</summary>
    public const string InsufficientQuota = "insufficient_quota";

    /// <summary>400: the prompt is longer than the model's context.</summary>
    public const string ContextLengthExceeded = "context_length_exceeded";
}
