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
        if (FindFile(args) is { } file)
        {
            configuration.AddFile(Path.GetFullPath(file));
            configuration.AddEnvironmentVariables();
            configuration.AddCommandLine(args);
        }

        ((IConfigurationBuilder)configuration).Add(new OwnAddressSource());
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;

            // The gateway limits JSON bodies itself and says so in OpenAI's form.
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Limits.MaxRequestHeadersTotalSize = HeaderLimit.HardLimit;
        });
    }

    /// <summary>
    /// Adds the file and follows its changes. One that is not JSON any more raises no change, so the settings in force
    /// stay; it is said here, because nobody above hears of it.
    /// </summary>
    private static void AddFile(this ConfigurationManager configuration, string path)
    {
        var loaded = false;
        configuration.AddJsonFile(source =>
        {
            source.Path = path;
            source.ReloadOnChange = true;
            source.OnLoadException = failure =>
            {
                if (loaded)
                {
                    Console.Error.WriteLine($"The changed configuration is refused and the old one stays: {path}: {failure.Exception.GetBaseException().Message}");
                }
            };
            source.ResolveFileProvider();
        });
        loaded = true;
    }

    /// <summary>The value of <c>--config</c>.</summary>
    public static string? FindFile(string[] args)
    {
        for (var index = 0; index < args.Length; index++)
        {
            if (args[index].StartsWith("--config=", StringComparison.Ordinal))
            {
                return args[index]["--config=".Length..];
            }

            if (args[index] == "--config" && index + 1 < args.Length)
            {
                return args[index + 1];
            }
        }

        return null;
    }
}
