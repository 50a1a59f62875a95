using System.Text.Json.Serialization;
using LlmGateway.Gateway.Routes;
using LlmGateway.OpenAI;

namespace LlmGateway.Gateway.Providers;

/// <summary>What is configured of a provider, without its secrets, and how it is.</summary>
/// <param name="Id">Its name.</param>
/// <param name="Object">Always <c>provider</c>.</param>
/// <param name="Kind">How it is spoken to.</param>
/// <param name="BaseUrl">Without what could be a secret in it: a user, a query.</param>
/// <param name="Enabled">False while an operator has it out of service.</param>
/// <param name="Disabled">Since when, and why; null while it is enabled.</param>
/// <param name="State">As in its health.</param>
/// <param name="InFlight">Calls under way at it from this gateway.</param>
/// <param name="KeyCount">How many secrets take turns.</param>
/// <param name="IsDefault">Whether <c>images/*</c>, <c>audio/*</c>, <c>moderations</c> and <c>realtime</c> go to it.</param>
/// <param name="Operations">Those that it has itself; others are translated.</param>
/// <param name="TimeoutsMs">The timers of its calls, where a route does not say.</param>
/// <param name="MaxConnections">Most connections at a time; null for no limit.</param>
/// <param name="ModelCount">How many models are known of it.</param>
/// <param name="Models">The first hundred of these.</param>
/// <param name="Routes">Names of the routes that lead to it themselves, without their fallbacks.</param>
/// <param name="Deployments">Its models that a route names or that were called, as <c>provider/model</c>.</param>
/// <param name="Warnings">What does not work of it now.</param>
internal sealed record ProviderResource(
    string Id, string Object, string Kind, string BaseUrl, bool Enabled, ProviderDisabling? Disabled, string State, int InFlight, int KeyCount, bool IsDefault,
    IReadOnlyList<string> Operations, DryRunTimeouts TimeoutsMs, int? MaxConnections, int ModelCount, IReadOnlyList<string> Models, IReadOnlyList<string> Routes,
    IReadOnlyList<string> Deployments, IReadOnlyList<string> Warnings);

/// <param name="Reason">As the operator gave it.</param>
/// <param name="KeyId">The public id of the key that did it.</param>
/// <param name="At">In Unix seconds.</param>
internal sealed record ProviderDisabling(string? Reason, string? KeyId, long At)
{
    public static ProviderDisabling? Of(DisabledProvider? row) => row is null ? null : new(row.Reason, row.KeyId, row.DisabledAt);
}

/// <summary>An operator's switch.</summary>
/// <param name="Enabled">Whether calls may go to it.</param>
/// <param name="Reason">Why not; for people.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record ProviderRequest(bool? Enabled = null, string? Reason = null);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(ProviderResource))]
[JsonSerializable(typeof(ListPage<ProviderResource>))]
internal sealed partial class ProviderJsonContext : JsonSerializerContext;
