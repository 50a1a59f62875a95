using System.Security.Cryptography;
using LlmGateway.Service;

namespace LlmGateway.Hosts.Standalone;

/// <summary>What makes one process of all services: each service's address is our own, and the key they share is made here.</summary>
internal static class StandaloneConfiguration
{
    private const string DefaultUrl = "http://127.0.0.1:8080";

    public static void AddStandaloneConfiguration(this WebApplicationBuilder builder, string[] args)
    {
        var configuration = builder.Configuration;
        configuration.Sources.Insert(0, new Microsoft.Extensions.Configuration.Memory.MemoryConfigurationSource
        {
            InitialData = new Dictionary<string, string?>
            {
                ["urls"] = DefaultUrl,
                [$"{ServiceOptions.Section}:InternalKey"] = RandomNumberGenerator.GetHexString(64),
                ["Gateway:Providers:local:Kind"] = "Internal",
                ["Gateway:Providers:local:BaseUrl"] = "http://local-model/internal/local-model/v1",
                ["Gateway:Providers:local:Models:0"] = "chat",
                ["Gateway:Providers:local:Models:1"] = "embedding",
                ["Logging:LogLevel:Default"] = "Information",
                ["Logging:LogLevel:Microsoft.AspNetCore"] = "Warning",
                ["Logging:LogLevel:Microsoft.EntityFrameworkCore"] = "Warning",
                ["Logging:LogLevel:System.Net.Http.HttpClient"] = "Warning",
                ["Logging:LogLevel:Yarp"] = "Warning",
                ["Logging:LogLevel:Microsoft.Extensions.ServiceDiscovery"] = "Warning",
            },
        });
        builder.AddConfigurationFile(args);
        ((IConfigurationBuilder)configuration).Add(new OwnAddressSource());
    }
}
