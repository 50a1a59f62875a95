using System.Text.Json.Serialization;

namespace LlmGateway.Gateway.Limits.Rules;

/// <summary>What makes a limit.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record CreateLimitRequest(
    string? Name = null, string? ProjectId = null, LimitedResource? Resource = null, LimitWindow? Window = null, decimal? Limit = null,
    LimitScope? Scope = null, IReadOnlyList<string>? Models = null, LimitMode? Mode = null, UnpricedCalls? Unpriced = null);

/// <summary>What changes a limit; what is absent stays. What it counts cannot change, because its totals would mean something else.</summary>
/// <param name="Name">For people.</param>
/// <param name="Limit">The most that a window may hold.</param>
/// <param name="Mode">Whether it refuses.</param>
/// <param name="Unpriced">What becomes of calls whose price is unknown.</param>
/// <param name="Version">The version that the change is based on; null changes whatever is there.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record UpdateLimitRequest(string? Name = null, decimal? Limit = null, LimitMode? Mode = null, UnpricedCalls? Unpriced = null, long? Version = null);

/// <summary>What makes room in a prepaid limit.</summary>
/// <param name="Amount">USD, or a count.</param>
/// <param name="Version">As in a change: with it, a request that is sent twice adds once.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record TopUpRequest(decimal? Amount = null, long? Version = null);
