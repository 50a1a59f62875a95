using LlmGateway.Service;
using Microsoft.AspNetCore.Hosting.Server;

namespace LlmGateway.Hosts.Standalone;

/// <summary>Tells service discovery, once the server listens, that every service is at our own address.</summary>
internal sealed class OwnAddressSource : IConfigurationSource
{
    public IConfigurationProvider Build(IConfigurationBuilder builder) => new OwnAddressProvider();
}

internal sealed class OwnAddressProvider : ConfigurationProvider
{
    private static readonly string[] Services = ["datasets", "evaluation", "fine-tuning", "gateway", "local-model", "retrieval"];

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
        var root = ListeningAddress.Of(app.Services.GetRequiredService<IServer>()).GetLeftPart(UriPartial.Authority);
        ((IConfigurationRoot)app.Configuration).Providers.OfType<OwnAddressProvider>().Single().Publish(root);
        return root;
    }
}
