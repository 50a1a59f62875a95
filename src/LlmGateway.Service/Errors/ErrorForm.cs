using Microsoft.AspNetCore.Http;

namespace LlmGateway.Service;

/// <summary>Whose error object a path answers with.</summary>
public enum ErrorForm
{
    /// <summary><c>{"error": {message, type, param, code}}</c>.</summary>
    OpenAI,

    /// <summary><c>{"type": "error", "error": {type, message}, "request_id"}</c>.</summary>
    Anthropic,
}

/// <summary>Which form belongs to which path: also of those that no endpoint has, and of requests that no endpoint saw.</summary>
public static class ErrorForms
{
    private static readonly PathString Messages = "/v1/messages";

    /// <summary>The form that a request's error has.</summary>
    public static ErrorForm Of(HttpRequest request) => request.Path.StartsWithSegments(Messages) ? ErrorForm.Anthropic : ErrorForm.OpenAI;
}
