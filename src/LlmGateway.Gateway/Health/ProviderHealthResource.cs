using System.Text.Json.Serialization;
using LlmGateway.Gateway.Providers;

namespace LlmGateway.Gateway.Health;

/// <summary>How the providers are, as this gateway sees them.</summary>
/// <param name="Object">Always <c>providers.health</c>.</param>
/// <param name="CheckedAt">When this was told, in Unix seconds.</param>
/// <param name="Data">The providers, by name.</param>
/// <param name="Warnings">What in the configuration has no effect.</param>
internal sealed record ProvidersHealthResource(string Object, long CheckedAt, IReadOnlyList<ProviderHealthResource> Data, IReadOnlyList<string> Warnings);

/// <param name="Object">Always <c>provider.health</c>.</param>
/// <param name="Provider">Its name.</param>
/// <param name="State"><c>healthy</c>, <c>degraded</c> where a deployment or a key rests, <c>down</c> where all of either do, <c>disabled</c> by an operator.</param>
/// <param name="Disabled">Since when it is disabled, and why; null while it is enabled.</param>
/// <param name="InFlight">Calls under way.</param>
/// <param name="Keys">Its keys by their place; never the keys themselves.</param>
/// <param name="Deployments">Those that a route names or that were called.</param>
internal sealed record ProviderHealthResource(
    string Object, string Provider, string State, ProviderDisabling? Disabled, int InFlight, IReadOnlyList<KeyHealthResource> Keys, IReadOnlyList<DeploymentHealthResource> Deployments);

/// <param name="Index">Its place in the configuration, from 0.</param>
/// <param name="State"><c>active</c>, or <c>rejected</c> while it rests because the provider refused it.</param>
/// <param name="RestingUntil">In Unix seconds; null when it does not rest.</param>
internal sealed record KeyHealthResource(int Index, string State, long? RestingUntil);

/// <param name="Model">The model's name there.</param>
/// <param name="Circuit"><c>closed</c>, <c>half_open</c> or <c>open</c>.</param>
/// <param name="OpenUntil">In Unix seconds; null when it is not open.</param>
/// <param name="Attempts">In the breaker's window.</param>
/// <param name="Failures">Of these.</param>
/// <param name="LastFailure">Why the last failed one failed; null if none did.</param>
/// <param name="InFlight">Calls under way.</param>
/// <param name="LimitedKeys">Places of the keys that rest because the provider limits them for this model.</param>
internal sealed record DeploymentHealthResource(
    string Model, string Circuit, long? OpenUntil, int Attempts, int Failures, string? LastFailure, int InFlight, IReadOnlyList<int> LimitedKeys);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(ProvidersHealthResource))]
internal sealed partial class HealthJsonContext : JsonSerializerContext;
