using LlmGateway.Service;
using Microsoft.Extensions.DependencyInjection;

namespace LlmGateway.Evaluation.Experiments;

/// <summary>What the judging of experiments consists of.</summary>
internal static class ExperimentRegistration
{
    /// <summary>16 MB: what the gateway may say of experiments.</summary>
    private const int MaxAnswerBytes = 16 << 20;

    public static void AddExperiments(this IServiceCollection services)
    {
        services.AddHttpClient(ExperimentServices.ClientName, client =>
        {
            client.BaseAddress = new Uri("http://gateway");
            client.MaxResponseContentBufferSize = MaxAnswerBytes;
            client.Timeout = ExperimentServices.Timeout;
        }).AddInternalToken(ServiceNames.Gateway);
        services.AddSingleton<RunningExperiments>();
        services.AddSingleton<ExperimentServices>();
        services.AddSingleton<ExperimentTelemetry>();
        services.AddSingleton<ServiceAbsence>();
        services.AddScoped<ExperimentTick>();
        services.AddSingleton<ExperimentWorker>();
        services.AddHostedService(provider => provider.GetRequiredService<ExperimentWorker>());
        services.AddHostedService<ExperimentListing>();
    }
}
