using Microsoft.Extensions.DependencyInjection;

namespace LlmGateway.Evaluation.Online;

/// <summary>What grading of traffic consists of.</summary>
internal static class OnlineRegistration
{
    public static void AddOnlineGrading(this IServiceCollection services)
    {
        services.AddSingleton<OnlineTelemetry>();
        services.AddSingleton<CallLog>();
        services.AddScoped<OnlineGrading>();
        services.AddScoped<ResultFeedback>();
        services.AddScoped<OnlineTick>();
        services.AddScoped<Backfill>();
        services.AddScoped<DryRun>();
        services.AddSingleton<OnlineWorker>();
        services.AddHostedService(provider => provider.GetRequiredService<OnlineWorker>());
    }
}
