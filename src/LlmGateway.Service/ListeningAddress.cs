using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace LlmGateway.Service;

/// <summary>Where this process itself can be reached.</summary>
public static class ListeningAddress
{
    /// <returns>The first address that the server listens on, without a path; a wildcard becomes loopback.</returns>
    /// <exception cref="InvalidOperationException">The server does not listen yet.</exception>
    public static Uri Of(IServer server)
    {
        var address = server.Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault()
            ?? throw new InvalidOperationException("The server does not listen yet.");
        var reachable = new UriBuilder(address);
        reachable.Host = reachable.Host is "0.0.0.0" or "[::]" or "+" or "*" ? "127.0.0.1" : reachable.Host;
        return new Uri(reachable.Uri.GetLeftPart(UriPartial.Authority));
    }
}
