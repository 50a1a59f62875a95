using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http;

namespace LlmGateway.Console.Sessions;

/// <summary>Refuses a form whose token is not ours: another site made it, or it is from before a restart.</summary>
internal sealed class ForgeryGuard(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext http)
    {
        if (http.Features.Get<IAntiforgeryValidationFeature>() is not { IsValid: false })
        {
            return next(http);
        }

        http.Response.StatusCode = StatusCodes.Status400BadRequest;
        http.Response.ContentType = "text/plain; charset=utf-8";
        return http.Response.WriteAsync("This form is no longer valid. Please go back, load the page again, and send it once more.");
    }
}
