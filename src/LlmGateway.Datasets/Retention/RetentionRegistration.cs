using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace LlmGateway.Datasets.Retention;

internal static class RetentionRegistration
{
    public static void AddRetention(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<RetentionOptions>().BindConfiguration(RetentionOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddScoped<InferenceRetention>();
        builder.Services.AddSingleton<LogUpkeep>();
        builder.Services.AddHostedService(services => services.GetRequiredService<LogUpkeep>());
    }
}
