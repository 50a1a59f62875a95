using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;

namespace LlmGateway.Service;

/// <summary>The errors that more than one place answers with.</summary>
public static class ApiErrors
{
    public static ApiError MissingApiKey() => new(
        StatusCodes.Status401Unauthorized, "missing_api_key",
        "You didn't provide an API key. Send it as 'Authorization: Bearer YOUR_KEY' (or api-key, x-api-key or x-goog-api-key).");

    public static ApiError InvalidApiKey() => new(
        StatusCodes.Status401Unauthorized, "invalid_api_key",
        "Incorrect API key provided, or it was revoked or has expired. An admin can make a new one with POST /v1/keys.");

    public static ApiError InsufficientScope(AuthorizationPolicy policy)
    {
        var scope = policy.Requirements.OfType<ScopeRequirement>().FirstOrDefault()?.Scope;
        return new(
            StatusCodes.Status403Forbidden, "insufficient_scope",
            $"This API key lacks the scope '{scope?.ToString().ToLowerInvariant()}' that this call needs.");
    }

    public static ApiError BadRequest(string message, string? param, string code = "invalid_value") =>
        new(StatusCodes.Status400BadRequest, code, message, param);

    public static ApiError NotFound(string message, string? param = null, string code = "not_found") =>
        new(StatusCodes.Status404NotFound, code, message, param);

    public static ApiError UnknownUrl(string method, string path) => new(
        StatusCodes.Status404NotFound, "unknown_url", $"Unknown request URL: {method} {path}. Please check the URL for typos.");

    public static ApiError StoreUnavailable() => new(
        StatusCodes.Status503ServiceUnavailable, "store_unavailable", "The store is busy or away. Please try again.")
    {
        RetryAfterSeconds = 2,
    };

    public static ApiError MethodNotAllowed(string method, string path) => new(
        StatusCodes.Status405MethodNotAllowed, "method_not_allowed", $"Not allowed to {method} on {path}.");
}
