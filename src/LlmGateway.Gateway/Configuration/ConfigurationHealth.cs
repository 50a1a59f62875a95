using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace LlmGateway.Gateway.Configuration;

/// <summary>Tells the version of the configuration in force; a refused change does not make a gateway ill.</summary>
internal sealed class ConfigurationHealth(GatewaySettings settings) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(HealthCheckResult.Healthy(data: new Dictionary<string, object> { ["configuration_version"] = settings.State.Version }));
}
