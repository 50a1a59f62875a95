using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace LlmGateway.Console.Sessions;

/// <summary>The cookie that holds a session's id: encrypted, for this site alone, and out of scripts' reach.</summary>
internal static class SessionCookie
{
    public const string Scheme = "llmgateway.console";
    private const string SessionId = "session";

    public static void AddSessionCookie(this IServiceCollection services) =>
        services.AddAuthentication().AddCookie(Scheme, cookie =>
        {
            cookie.Cookie.Name = "llmgateway-console";
            cookie.Cookie.Path = ConsoleService.Path;
            cookie.Cookie.HttpOnly = true;
            cookie.Cookie.SameSite = SameSiteMode.Strict;
            cookie.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
            cookie.Events.OnSigningIn = signing =>
            {
                // Behind the gateway, or a proxy that ends TLS, only the header tells how the browser came. Who lies in it makes their own cookie stricter.
                signing.CookieOptions.Secure |= signing.Request.Headers["X-Forwarded-Proto"] == Uri.UriSchemeHttps;
                return Task.CompletedTask;
            };

            // The store knows when a session ends; this only says when the browser may forget it.
            cookie.SlidingExpiration = false;
            cookie.ExpireTimeSpan = TimeSpan.FromDays(7);
        });

    public static Task SignInAsync(HttpContext http, Session session) => http.SignInAsync(Scheme, Principal(session));

    /// <summary>The id that a request's cookie holds; null without one.</summary>
    public static async Task<ClaimsPrincipal?> ReadAsync(HttpContext http) => (await http.AuthenticateAsync(Scheme)).Principal;

    public static string? IdOf(ClaimsPrincipal principal) => principal.FindFirstValue(SessionId);

    private static ClaimsPrincipal Principal(Session session) => new(new ClaimsIdentity([new Claim(SessionId, session.Id)], Scheme));
}
