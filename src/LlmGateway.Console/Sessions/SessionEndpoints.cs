using LlmGateway.Console.Api;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace LlmGateway.Console.Sessions;

/// <summary>Signing in with a key, and out. Both are plain forms with a token against forgery.</summary>
internal static class SessionEndpoints
{
    private const int MaxFormBytes = 16 << 10;

    public static void MapSession(this IEndpointRouteBuilder endpoints)
    {
        // Anybody may send them, and a form is read whole.
        var bound = new RequestSizeLimitAttribute(MaxFormBytes);
        endpoints.MapPost("/sign-in", SignInAsync).AllowAnonymous().WithMetadata(bound).ExcludeFromDescription();
        endpoints.MapPost("/sign-out", SignOutAsync).AllowAnonymous().WithMetadata(bound).ExcludeFromDescription();
    }

    private static async Task<IResult> SignInAsync(
        [FromForm] string? key, [FromForm] string? returnTo, HttpContext http, GatewayApiFactory apis, SessionStore sessions, CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(key))
        {
            return Results.Redirect(SignInPage.Address(returnTo, SignInPage.Missing));
        }

        try
        {
            var owner = await apis.Create(key.Trim()).GetAsync<CurrentKey>("/v1/keys/current", cancellationToken);
            await SessionCookie.SignInAsync(http, sessions.Start(key.Trim(), owner));
            return Results.Redirect($"{ConsoleService.Path}{SignInPage.Local(returnTo)}");
        }
        catch (GatewayException failure)
        {
            return Results.Redirect(SignInPage.Address(returnTo, failure.IsKeyRefused ? SignInPage.Refused : SignInPage.Away));
        }
    }

    private static async Task<IResult> SignOutAsync([FromForm] string? reason, HttpContext http, SessionStore sessions)
    {
        if (SessionCookie.IdOf(http.User) is { } id)
        {
            sessions.End(id);
        }

        await http.SignOutAsync(SessionCookie.Scheme);
        return Results.Redirect(SignInPage.Address(problem: reason));
    }
}
