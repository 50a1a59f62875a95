using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Hosting;

namespace LlmGateway.Gateway.Models;

/// <summary>
/// Stops a start in which a provider is this gateway itself: <c>OPENAI_BASE_URL</c> is also what applications set to reach us.
/// </summary>
internal sealed class OwnAddressCheck(IServer server, ModelCatalog catalog) : IHostedLifecycleService
{
    public Task StartedAsync(CancellationToken cancellationToken)
    {
        var own = server.Features.Get<IServerAddressesFeature>()?.Addresses.Select(address => new Uri(address)).ToList() ?? [];
        foreach (var provider in catalog.Table.Providers.Where(provider => provider.Kind != ProviderKind.Internal))
        {
            var upstream = new Uri(provider.BaseUrl);
            if (own.Exists(address => address.Port == upstream.Port && IsSameHost(address, upstream)))
            {
                throw new InvalidOperationException(
                    $"Gateway:Providers:{provider.Name}:BaseUrl (or OPENAI_BASE_URL) is this gateway's own address, {provider.BaseUrl}: calls would go round for ever. Unset it here; only applications set it.");
            }
        }

        return Task.CompletedTask;
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static bool IsSameHost(Uri own, Uri upstream) =>
        string.Equals(own.Host, upstream.Host, StringComparison.OrdinalIgnoreCase) || (IsLocal(own) && IsLocal(upstream));

    private static bool IsLocal(Uri address) =>
        address.IsLoopback || address.Host is "0.0.0.0" or "[::]" || (IPAddress.TryParse(address.Host, out var ip) && IPAddress.IsLoopback(ip));
}
