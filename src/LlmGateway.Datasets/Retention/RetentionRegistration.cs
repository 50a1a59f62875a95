using LlmGateway.Datasets.Files;
using LlmGateway.Datasets.Versions;
using LlmGateway.Service;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace LlmGateway.Datasets.Retention;

internal static class RetentionRegistration
{
    public static void AddRetention(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSection<RetentionOptions>(RetentionOptions.Section);
        builder.Services.AddScoped<InferenceRetention>();
        builder.Services.AddScoped<FileSweep>();
        builder.Services.AddScoped<VersionSweep>();
        builder.Services.AddSingleton<LogUpkeep>();
        builder.Services.AddHostedService(services => services.GetRequiredService<LogUpkeep>());
    }
}
