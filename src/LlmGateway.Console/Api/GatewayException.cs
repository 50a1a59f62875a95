using LlmGateway.OpenAI;

namespace LlmGateway.Console.Api;

/// <summary>The gateway's refusal, or its absence.</summary>
/// <param name="status">The HTTP status; 0 where there was no answer.</param>
/// <param name="error">What it said.</param>
public sealed class GatewayException(int status, OpenAIError error) : Exception(error.Message)
{
    private const int Unauthorized = 401;
    private const int Forbidden = 403;
    private const int NotFound = 404;

    public int Status => status;

    public string? Code => error.Code;

    /// <summary>The field at fault; null for none.</summary>
    public string? Param => error.Param;

    public bool IsKeyRefused => status == Unauthorized;

    /// <summary>The key lacks a scope; the message says which.</summary>
    public bool IsForbidden => status == Forbidden;

    public bool IsMissing => status == NotFound;

    /// <summary>The service behind it is down: the same request may succeed in a moment.</summary>
    public bool IsAway => status is 0 or >= 500;
}
