namespace LlmGateway.Console.Providers;

/// <summary>How the providers are, as the gateway that is asked sees them.</summary>
public sealed record ProvidersHealth(long CheckedAt, IReadOnlyList<ProviderHealth> Data, IReadOnlyList<string> Warnings);

/// <param name="Provider">Its name.</param>
/// <param name="State"><c>healthy</c>, <c>degraded</c>, <c>down</c> or <c>disabled</c>.</param>
/// <param name="Disabled">Since when and why; null while it is enabled.</param>
/// <param name="InFlight">Calls under way.</param>
/// <param name="Keys">Its keys by their place.</param>
/// <param name="Deployments">Those that a route names or that were called.</param>
public sealed record ProviderHealth(
    string Provider, string State, ProviderDisabling? Disabled, int InFlight, IReadOnlyList<ProviderKey> Keys, IReadOnlyList<Deployment> Deployments);

public sealed record ProviderDisabling(string? Reason, string? KeyId, long At);

public sealed record ProviderKey(int Index, string State, long? RestingUntil);

/// <param name="Model">Its name there.</param>
/// <param name="Circuit"><c>closed</c>, <c>half_open</c> or <c>open</c>.</param>
/// <param name="OpenUntil">Unix seconds; null when it is not open.</param>
/// <param name="Attempts">In the breaker's window.</param>
/// <param name="Failures">Of these.</param>
/// <param name="LastFailure">Why the last failed one did; null if none did.</param>
/// <param name="InFlight">Calls under way.</param>
/// <param name="LimitedKeys">Places of the keys that the provider limits.</param>
public sealed record Deployment(
    string Model, string Circuit, long? OpenUntil, int Attempts, int Failures, string? LastFailure, int InFlight, IReadOnlyList<int> LimitedKeys);

/// <summary>What is configured of a provider.</summary>
public sealed record ProviderSettings(
    string Id, string Kind, string BaseUrl, bool Enabled, int KeyCount, bool IsDefault, IReadOnlyList<string> Operations, int? MaxConnections, int ModelCount,
    IReadOnlyList<string> Models, IReadOnlyList<string> Routes, IReadOnlyList<string> Warnings);
