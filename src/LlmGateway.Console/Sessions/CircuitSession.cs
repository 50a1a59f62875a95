using LlmGateway.Console.Layout;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;

namespace LlmGateway.Console.Sessions;

/// <summary>The session of one open page. It may end while the page is open: then the page asks to sign in again.</summary>
internal sealed class CircuitSession(AuthenticationStateProvider authentication, SessionStore sessions, NavigationManager navigation, BrowserScript browser)
{
    /// <summary>The session; null, and the page on its way to sign in, where it has ended.</summary>
    public async ValueTask<Session?> FindAsync()
    {
        var state = await authentication.GetAuthenticationStateAsync();
        if (SessionCookie.IdOf(state.User) is { } id && sessions.Find(id) is { } session)
        {
            return session;
        }

        await LeaveForSignInAsync();
        return null;
    }

    /// <summary>Ends it: its key is no longer taken.</summary>
    public async Task EndAsync()
    {
        var state = await authentication.GetAuthenticationStateAsync();
        if (SessionCookie.IdOf(state.User) is { } id)
        {
            sessions.End(id);
        }

        await LeaveForSignInAsync();
    }

    private Task LeaveForSignInAsync()
    {
        var here = $"/{navigation.ToBaseRelativePath(navigation.Uri)}";
        return browser.LeaveForAsync(SignInPage.Address(here, SignInPage.Ended));
    }
}
