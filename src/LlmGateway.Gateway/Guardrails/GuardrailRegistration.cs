using LlmGateway.Gateway.Guardrails.Checks;
using LlmGateway.Gateway.Settings;
using Microsoft.Extensions.DependencyInjection;

namespace LlmGateway.Gateway.Guardrails;

internal static class GuardrailRegistration
{
    /// <summary>Calls of a webhook at once; more wait, within the webhook's time.</summary>
    private const int MaxConnections = 32;

    public static void AddGuardrails(this IServiceCollection services)
    {
        services.AddSingleton<GuardrailMetrics>();
        services.AddSingleton<GuardrailCompiler>();
        services.AddSettingsDirectory<GuardrailDirectory>();

        // The check's own budget rules. A redirect could lead anywhere, so none is followed.
        services.AddHttpClient(WebhookCheck.ClientName, client => client.Timeout = Timeout.InfiniteTimeSpan)
            .ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, MaxConnectionsPerServer = MaxConnections });
    }
}
