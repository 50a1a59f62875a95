using System.Text.Json;
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

    /// <summary>Tells text that is no JSON from a field that is unknown or of the wrong type, which it names (400).</summary>
    /// <param name="what">What was read, such as <c>The request body</c>.</param>
    /// <param name="exception">Why the serializer did not read it.</param>
    public static ApiError UnreadableJson(string what, JsonException exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        return (exception.InnerException, exception.Path?.TrimStart('$').TrimStart('.')) switch
        {
            // The reader's own: the text breaks there.
            (JsonException, _) => BadRequest(
                FormattableString.Invariant($"{what} is not JSON: it breaks at line {exception.LineNumber + 1}, byte {exception.BytePositionInLine + 1}."), null, "bad_request"),
            (_, { Length: > 0 } field) => BadRequest($"{what} could not be read: '{field}' is unknown or of the wrong type.", field, "bad_request"),
            _ => BadRequest($"{what} could not be read: expected a JSON object with all required fields.", null, "bad_request"),
        };
    }

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
