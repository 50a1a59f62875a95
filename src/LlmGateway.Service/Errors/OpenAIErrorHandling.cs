using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace LlmGateway.Service;

/// <summary>Every failure leaves in OpenAI's form: thrown ones, and the framework's bare status codes.</summary>
public static class OpenAIErrorHandling
{
    public static IServiceCollection AddOpenAIErrors(this IServiceCollection services)
    {
        services.AddSingleton<RejectionMetrics>();
        services.AddExceptionHandler<OpenAIExceptionHandler>();
        return services;
    }

    public static IApplicationBuilder UseOpenAIErrors(this IApplicationBuilder app)
    {
        app.UseExceptionHandler(new ExceptionHandlerOptions { SuppressDiagnosticsCallback = _ => true, ExceptionHandler = _ => Task.CompletedTask });
        app.UseStatusCodePages(context => Describe(context.HttpContext).ExecuteAsync(context.HttpContext));
        return app;
    }

    private static ApiError Describe(HttpContext context)
    {
        var (method, path, status) = (context.Request.Method, context.Request.Path.Value ?? "/", context.Response.StatusCode);
        return status switch
        {
            StatusCodes.Status404NotFound => ApiErrors.UnknownUrl(method, path),
            StatusCodes.Status405MethodNotAllowed => ApiErrors.MethodNotAllowed(method, path),
            StatusCodes.Status415UnsupportedMediaType => new(status, "unsupported_media_type", "Send the body as 'Content-Type: application/json'."),
            _ => new(status, "error", $"The request failed with status {status}."),
        };
    }
}

internal sealed partial class OpenAIExceptionHandler(ILogger<OpenAIExceptionHandler> logger) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (exception is OperationCanceledException && httpContext.RequestAborted.IsCancellationRequested)
        {
            return true;
        }

        var error = exception switch
        {
            ApiException api => api.Error,
            BadHttpRequestException bad => Describe(bad),
            _ when StoreErrors.IsAway(exception) => ApiErrors.StoreUnavailable(),
            _ => Unexpected(httpContext, exception),
        };
        await error.ExecuteAsync(httpContext);
        return true;
    }

    private static ApiError Describe(BadHttpRequestException exception) => exception.StatusCode switch
    {
        StatusCodes.Status413PayloadTooLarge => new(413, "request_too_large", "The request body is larger than this server accepts."),
        StatusCodes.Status408RequestTimeout => new(408, "request_timeout", "The request body arrived too slowly."),
        var status when exception.InnerException is JsonException json => ApiErrors.UnreadableJson("The request body", json) with { Status = status },
        var status => new(status, "bad_request", "The request could not be read: check its headers, query and body."),
    };

    private ApiError Unexpected(HttpContext context, Exception exception)
    {
        LogUnexpected(exception, context.Request.Method, context.Request.Path);
        return new(500, "internal_error", "The server had an error while processing your request. Its log has the details.");
    }

    [LoggerMessage(1000, LogLevel.Error, "{Method} {Path} failed")]
    private partial void LogUnexpected(Exception exception, string method, PathString path);
}
