using System.Collections.Frozen;
using System.Text.Json;
using LlmGateway.OpenAI;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace LlmGateway.Service;

/// <summary>An error in OpenAI's form, or in Anthropic's on its paths; also thrown, as <see cref="ApiException"/>, where a result cannot be returned.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Code">OpenAI's code where it has one, else ours in the same style.</param>
/// <param name="Message">What is wrong and what to do; leaks nothing of the inside.</param>
/// <param name="Param">The field at fault, such as <c>messages[0].role</c>; null if none is.</param>
public sealed record ApiError(int Status, string Code, string Message, string? Param = null) : IResult
{
    /// <summary>Seconds for <c>Retry-After</c>; null for none.</summary>
    public int? RetryAfterSeconds { get; init; }

    /// <summary>Further headers of the answer; null for none.</summary>
    public IReadOnlyDictionary<string, string>? Headers { get; init; }

    /// <summary>OpenAI's type for the status.</summary>
    public string Type => Status switch
    {
        429 => Code == "insufficient_quota" ? "insufficient_quota" : "rate_limit_error",
        401 or 403 or >= 400 and < 500 => "invalid_request_error",
        _ => "server_error",
    };

    /// <summary>The error object as it stands in a body or an SSE event.</summary>
    public byte[] ToJson() =>
        JsonSerializer.SerializeToUtf8Bytes(
            new OpenAIErrorResponse(new OpenAIError(Message, Type, Param, Code)), OpenAIJson.TypeInfo<OpenAIErrorResponse>());

    /// <summary>The error object in Anthropic's form.</summary>
    /// <param name="requestId">Names the request; null when it has no name.</param>
    public byte[] ToAnthropicJson(string? requestId) => JsonSerializer.SerializeToUtf8Bytes(
        new AnthropicErrorResponse(new AnthropicError(AnthropicError.TypeOf(Status), Message), requestId), OpenAIJson.TypeInfo<AnthropicErrorResponse>());

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        if (httpContext.Response.HasStarted)
        {
            return;
        }

        httpContext.RequestServices.GetService<RejectionMetrics>()?.Count(Status, Code);
        var body = ErrorForms.Of(httpContext.Request) == ErrorForm.Anthropic ? ToAnthropicJson(RequestId(httpContext.Response)) : ToJson();
        httpContext.Response.StatusCode = Status;
        httpContext.Response.ContentType = "application/json";
        httpContext.Response.ContentLength = body.Length;
        if (RetryAfterSeconds is { } seconds)
        {
            httpContext.Response.Headers.RetryAfter = seconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
        }

        foreach (var (name, value) in Headers ?? FrozenDictionary<string, string>.Empty)
        {
            httpContext.Response.Headers[name] = value;
        }

        await httpContext.Response.Body.WriteAsync(body, httpContext.RequestAborted);
    }

    /// <summary>Anthropic's SDKs read it from a header of their own.</summary>
    private static string? RequestId(HttpResponse response)
    {
        if (response.Headers["request-id"] is [{ } given])
        {
            return given;
        }

        return response.HttpContext.TraceIdentifier;
    }
}

/// <summary>Carries an <see cref="ApiError"/> to the exception handler.</summary>
public sealed class ApiException(ApiError error) : Exception(error.Message)
{
    public ApiError Error { get; } = error;
}
