using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;

namespace LlmGateway.Console.Sessions;

/// <summary>Lets nobody in without a session, but to what says that anybody may come.</summary>
internal sealed class SessionGuard(RequestDelegate next, SessionStore sessions)
{
    public async Task InvokeAsync(HttpContext http)
    {
        if (await SessionCookie.ReadAsync(http) is { } principal && SessionCookie.IdOf(principal) is { } id && sessions.Use(id) is not null)
        {
            http.User = principal;
        }
        else if (http.GetEndpoint()?.Metadata.GetMetadata<IAllowAnonymous>() is null)
        {
            http.User = new();
            Refuse(http);
            return;
        }

        await next(http);
    }

    /// <summary>A page asks to sign in, and comes back after it; a circuit is refused.</summary>
    private static void Refuse(HttpContext http)
    {
        if (HttpMethods.IsGet(http.Request.Method) && !http.Request.Path.StartsWithSegments("/_blazor"))
        {
            http.Response.Redirect(SignInPage.Address(returnTo: $"{http.Request.Path}{http.Request.QueryString}"));
            return;
        }

        http.Response.StatusCode = StatusCodes.Status401Unauthorized;
    }
}
