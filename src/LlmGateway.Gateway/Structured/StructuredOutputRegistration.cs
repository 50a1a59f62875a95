using Microsoft.Extensions.DependencyInjection;

namespace LlmGateway.Gateway.Structured;

internal static class StructuredOutputRegistration
{
    public static void AddStructuredOutput(this IServiceCollection services)
    {
        services.AddSingleton<AnswerCheck>();
        services.AddSingleton<AnswerRepair>();
        services.AddSingleton<StructuredOutputMetrics>();
    }
}
