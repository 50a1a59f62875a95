using System.Net;
using System.Text.Json;
using LlmGateway.OpenAI;

namespace LlmGateway.FineTuning.Backends;

/// <summary>A backend did not do what was asked.</summary>
internal sealed class BackendException(string message, bool isTransient, HttpStatusCode? status = null, TimeSpan? retryAfter = null) : Exception(message)
{
    /// <summary>The same request may succeed later.</summary>
    public bool IsTransient => isTransient;

    public HttpStatusCode? Status => status;

    /// <summary>The pause that it asked for.</summary>
    public TimeSpan? RetryAfter => retryAfter;

    /// <summary>What a refusal means.</summary>
    public static BackendException Of(string backend, HttpResponseMessage response, string body)
    {
        var status = (int)response.StatusCode;
        var isTransient = status is 408 or 409 or 429 or >= 500;
        var said = Said(body) ?? $"status {status}";
        var advice = status is 401 or 403 ? $" Check FineTuning:Backends:{backend}:ApiKey." : "";
        return new BackendException(
            $"The backend '{backend}' {(isTransient ? "cannot do it now" : "refused")}: {said}{advice}", isTransient, response.StatusCode, response.Headers.RetryAfter?.Delta);
    }

    private static string? Said(string body)
    {
        try
        {
            return JsonSerializer.Deserialize(body, OpenAIJson.TypeInfo<OpenAIErrorResponse>())?.Error?.Message;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
