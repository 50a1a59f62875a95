using LlmGateway.Gateway.Models;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace LlmGateway.Gateway.Background;

internal static class BackgroundRegistration
{
    public static void AddBackground(this IServiceCollection services)
    {
        services.AddSingleton<BackgroundMetrics>();
        services.AddSingleton<BackgroundAnswers>();
        services.AddSingleton<BackgroundIntake>();
        services.AddScoped<BackgroundRun>();
        services.AddSingleton<BackgroundWorker>();
        services.AddHostedService(provider => provider.GetRequiredService<BackgroundWorker>());
        services.AddHostedService<BackgroundUpkeep>();
    }

    /// <summary>Takes requests out of the pipeline that ask for the background; behind the stage that reads them.</summary>
    public static void UseBackground(this IApplicationBuilder pipeline)
    {
        var intake = pipeline.ApplicationServices.GetRequiredService<BackgroundIntake>();
        pipeline.MapWhen(static context => InferenceCall.Of(context).Scan.Background, background =>
        {
            // A prompt brings its model when it is rendered, which is when the call is made.
            background.UseWhen(static context => !InferenceCall.Of(context).Scan.NamesPrompt, named => named.UseMiddleware<ResolveStage>());
            background.Run(intake.TakeAsync);
        });
    }
}
