using System.Collections.Concurrent;
using System.Net;
using LlmGateway.Gateway.Models;
using Microsoft.Extensions.ServiceDiscovery.Http;

namespace LlmGateway.Gateway.Forwarding;

/// <summary>One connection pool for each provider, so that a slow one starves no other.</summary>
internal sealed class UpstreamClients(IServiceDiscoveryHttpMessageHandlerFactory discovery) : IDisposable
{
    /// <summary>Longer than any <see cref="CallTimer"/> waits for a connection.</summary>
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(75);
    private readonly ConcurrentDictionary<(string Name, ProviderKind Kind, int? MaxConnections), HttpMessageInvoker> _invokers = new();

    /// <summary>A provider that a reload made another kind, or gave other limits, gets a pool of that kind.</summary>
    public HttpMessageInvoker For(Provider provider) =>
        _invokers.GetOrAdd((provider.Name, provider.Kind, provider.MaxConnections), static (_, clients) => clients.Owner.Create(clients.Provider), (Owner: this, Provider: provider));

    public void Dispose()
    {
        foreach (var invoker in _invokers.Values)
        {
            invoker.Dispose();
        }
    }

    private HttpMessageInvoker Create(Provider provider)
    {
        var handler = new SocketsHttpHandler
        {
            UseProxy = false,
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            UseCookies = false,
            EnableMultipleHttp2Connections = true,
            ConnectTimeout = ConnectTimeout,
            MaxConnectionsPerServer = provider.MaxConnections ?? int.MaxValue,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            // An attempt has a span of its own, whose context its headers carry: one for its request too would say the same again.
            ActivityHeadersPropagator = null,
        };

        // A service's name is resolved where it is called; a provider's address is one already.
        return new HttpMessageInvoker(new SplicedContentHandler(
            provider.Kind == ProviderKind.Internal ? discovery.CreateHandler(handler) : handler));
    }
}
