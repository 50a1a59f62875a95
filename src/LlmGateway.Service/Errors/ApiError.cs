using System.Text.Json;
using LlmGateway.OpenAI;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace LlmGateway.Service;

/// <summary>An error in OpenAI's form; also thrown, as <see cref="ApiException"/>, where a result cannot be returned.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Code">OpenAI's code where it has one, else ours in the same style.</param>
/// <param name="Message">What is wrong and what to do; leaks nothing of the inside.</param>
/// <param name="Param">The field at fault, such as <c>messages[0].role</c>; null if none is.</param>
public sealed record ApiError(int Status, string Code, string Message, string? Param = null) : IResult
{
    /// <summary>Seconds for <c>Retry-After</c>; null for none.</summary>
    public int? RetryAfterSeconds { get; init; }

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

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        if (httpContext.Response.HasStarted)
        {
            return;
        }

        httpContext.RequestServices.GetService<RejectionMetrics>()?.Count(Status, Code);
        var body = ToJson();
        httpContext.Response.StatusCode = Status;
        httpContext.Response.ContentType = "application/json";
        httpContext.Response.ContentLength = body.Length;
        if (RetryAfterSeconds is { } seconds)
        {
            httpContext.Response.Headers.RetryAfter = seconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
        }

        await httpContext.Response.Body.WriteAsync(body, httpContext.RequestAborted);
    }
}

/// <summary>Carries an <see cref="ApiError"/> to the exception handler.</summary>
public sealed class ApiException(ApiError error) : Exception(error.Message)
{
    public ApiError Error { get; } = error;
}
