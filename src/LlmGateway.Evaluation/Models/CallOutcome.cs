using System.Net;
using LlmGateway.OpenAI;

namespace LlmGateway.Evaluation.Models;

/// <summary>How one try of a call ended.</summary>
/// <param name="Response">Null when there was none.</param>
/// <param name="Body">The whole answer.</param>
/// <param name="ElapsedMs">How long it took.</param>
/// <param name="Fault">Why there is no response.</param>
internal sealed record CallOutcome(HttpResponseMessage? Response, byte[] Body, double ElapsedMs, string? Fault)
{
    /// <summary>Whether the same call may yet succeed: no answer, too many requests, or the server's own failure. A spent budget stays spent.</summary>
    public bool MayRetry => Response is null
        || Response.StatusCode is HttpStatusCode.RequestTimeout or >= HttpStatusCode.InternalServerError
        || (Response.StatusCode == HttpStatusCode.TooManyRequests && ReadError()?.Code != "insufficient_quota");

    public ModelException ToException() => Response is null
        ? new ModelException("connection_error", Fault ?? "No answer.")
        : ReadError() is { } error
            ? new ModelException(error.Code ?? error.Type, error.Message)
            : new ModelException($"http_{(int)Response.StatusCode}", $"The gateway answered with status {(int)Response.StatusCode}.");

    private OpenAIError? ReadError() => OpenAIErrorResponse.Read(Body);
}
