using LlmGateway.Retrieval.Sources.Http;
using LlmGateway.Service;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace LlmGateway.Retrieval.Sources;

internal static class SourceRegistration
{
    public static void AddSources(this IServiceCollection services)
    {
        services.AddSection<SourceOptions>(SourceOptions.Section);
        services.AddSingleton<IValidateOptions<SourceOptions>, SourceOptionsCheck>();
        services.AddHttpClient(HttpSource.ClientName).ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });
        services.AddSingleton<SourceDatabases>();
        services.AddSingleton<HttpSource>();
        services.AddSingleton<SourceQueries>();
    }
}
