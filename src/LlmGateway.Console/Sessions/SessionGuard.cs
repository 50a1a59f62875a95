using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;

namespace LlmGateway.Console.Sessions;

/// <summary>Lets nobody in without a session, but to what says that anybody may come.</summary>
internal sealed class SessionGuard(RequestDelegate next, SessionStore sessions)
{
    public async Task InvokeAsync(HttpContext http)
    {
        if (IsFromElsewhere(http.Request))
        {
            http.Response.StatusCode = StatusCodes.Status403Forbidden;
            return;
        }

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

    /// <summary>
    /// Another site's page cannot send the cookie, but one of this host's other ports can, and opens a socket without asking. A proxy before
    /// the gateway has to pass on the host's name.
    /// </summary>
    private static bool IsFromElsewhere(HttpRequest request) =>
        request.Headers.Origin is [{ Length: > 0 } origin, ..]
        && !(Uri.TryCreate(origin, UriKind.Absolute, out var from)
            && string.Equals(from.Host, request.Host.Host, StringComparison.OrdinalIgnoreCase)
            && (request.Host.Port is { } port ? from.Port == port : from.IsDefaultPort));

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
