using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;

namespace LlmGateway.Service;

/// <summary>The configuration that every host reads beside ASP.NET's usual sources.</summary>
public static class HostConfiguration
{
    /// <summary>Adds the file of <c>--config</c>, reloaded when it changes. The environment and the command line win over it.</summary>
    public static void AddConfigurationFile(this WebApplicationBuilder builder, string[] args)
    {
        if (FindFile(args) is { } file)
        {
            builder.Configuration.AddFile(Path.GetFullPath(file));
            builder.Configuration.AddEnvironmentVariables();
            builder.Configuration.AddCommandLine(args);
        }
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
