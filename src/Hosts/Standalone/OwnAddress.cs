using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace LlmGateway.Hosts.Standalone;

/// <summary>Tells service discovery, once the server listens, that every service is at our own address.</summary>
internal sealed class OwnAddressSource : IConfigurationSource
{
    public IConfigurationProvider Build(IConfigurationBuilder builder) => new OwnAddressProvider();
}

internal sealed class OwnAddressProvider : ConfigurationProvider
{
    private static readonly string[] Services = ["datasets", "evaluation", "fine-tuning", "gateway", "local-model"];

    public void Publish(string address)
    {
        foreach (var service in Services)
        {
            Set($"services:{service}:http:0", address);
        }

        OnReload();
    }
}

internal static class OwnAddress
{
    /// <summary>Makes the listening address known when the server has started; a wildcard becomes loopback.</summary>
    public static string Publish(this WebApplication app)
    {
        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        var reachable = new UriBuilder(address);
        reachable.Host = reachable.Host is "0.0.0.0" or "[::]" or "+" or "*" ? "127.0.0.1" : reachable.Host;
        var root = reachable.Uri.GetLeftPart(UriPartial.Authority);
        ((IConfigurationRoot)app.Configuration).Providers.OfType<OwnAddressProvider>().Single().Publish(root);
        return root;
    }
}
