using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server.Circuits;

namespace LlmGateway.Console.Sessions;

/// <summary>What somebody does in an open page is a use of its session; what the page asks for by itself is not.</summary>
internal sealed class CircuitUse(AuthenticationStateProvider authentication, SessionStore sessions) : CircuitHandler
{
    public override Func<CircuitInboundActivityContext, Task> CreateInboundActivityHandler(Func<CircuitInboundActivityContext, Task> next) => async activity =>
    {
        var state = await authentication.GetAuthenticationStateAsync();
        if (SessionCookie.IdOf(state.User) is { } id)
        {
            sessions.Use(id);
        }

        await next(activity);
    };
}
