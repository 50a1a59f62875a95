using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace LlmGateway.Service;

/// <summary>A part of the configuration and the type that it is read into. Several types may read one section.</summary>
/// <param name="Path">Such as <c>Gateway</c> or <c>Datasets:Retention</c>.</param>
/// <param name="Type">The options class.</param>
/// <param name="IsShared">Whether others than us read keys of the section too.</param>
public sealed record ConfigurationSection(string Path, Type Type, bool IsShared);

public static class ConfigurationSectionRegistration
{
    /// <summary>
    /// Reads <paramref name="path"/> into <typeparamref name="TOptions"/>, checked at the start: by its attributes, and for
    /// what does not fit the schema of the section.
    /// </summary>
    public static OptionsBuilder<TOptions> AddSection<TOptions>(this IServiceCollection services, string path, bool isShared = false)
        where TOptions : class
    {
        var root = path.Split(':')[0];
        if (!services.Any(service => service.ImplementationInstance is ConfigurationSection known && known.Path.Split(':')[0] == root))
        {
            // Whoever comes first checks the section for all: a mistake is said once.
            services.AddSingleton<IValidateOptions<TOptions>>(provider => ActivatorUtilities.CreateInstance<SectionCheck<TOptions>>(provider, root));
        }

        services.AddSingleton(new ConfigurationSection(path, typeof(TOptions), isShared));
        services.TryAddSingleton<ConfigurationSchema>();
        return services.AddOptions<TOptions>().BindConfiguration(path).ValidateDataAnnotations().ValidateOnStart();
    }
}
