using System.Text.Json.Serialization;
using LlmGateway.Gateway.Pricing;
using LlmGateway.Gateway.Variants;

namespace LlmGateway.Gateway.Shadows;

/// <summary>The body of <c>POST /v1/shadows</c>.</summary>
/// <param name="Name">1 to 64 letters, digits, '.', '_' and '-'; once in the project.</param>
/// <param name="Model">The route, as callers name it: a model, an alias, <c>prompt/NAME@LABEL</c>.</param>
/// <param name="Share">Of its calls, above 0 and up to 1.</param>
/// <param name="Candidate">What is tried.</param>
/// <param name="MaxCostUsd">In all.</param>
/// <param name="MaxCostUsdPerDay">On a day, in UTC.</param>
/// <param name="MaxCalls">In all.</param>
/// <param name="ExpiresAt">Unix seconds.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record CreateShadowRequest(
    string? Name, string? Model, double? Share, CallVariant? Candidate, decimal? MaxCostUsd, decimal? MaxCostUsdPerDay, long? MaxCalls, long? ExpiresAt);

/// <summary>The body of <c>POST /v1/shadows/{id}</c>: what is left out stays. The candidate stays in any case, because a shadow's pairs are all of one.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record UpdateShadowRequest(
    double? Share, string? Status, decimal? MaxCostUsd, decimal? MaxCostUsdPerDay, long? MaxCalls, long? ExpiresAt);

/// <summary>A shadow with what its calls came to; those are a second old at most.</summary>
internal sealed record ShadowResource(
    string Id,
    string Object,
    string Name,
    string Model,
    double Share,
    CallVariant Candidate,
    decimal? MaxCostUsd,
    decimal? MaxCostUsdPerDay,
    long? MaxCalls,
    long? ExpiresAt,
    string Status,
    string? StatusReason,
    long CreatedAt,
    ShadowCounts Counts)
{
    public static ShadowResource From(Shadow shadow, ShadowLedger ledger, DateTimeOffset now) => new(
        shadow.Id, "shadow", shadow.Name, shadow.Model, shadow.Share, CallVariant.Read(shadow.Candidate),
        NanoUsd.ToUsd(shadow.MaxCostNanoUsd), NanoUsd.ToUsd(shadow.MaxCostNanoUsdPerDay), shadow.MaxCalls, shadow.ExpiresAt,
        shadow.StatusAt(now), shadow.StatusReason, shadow.CreatedAt,
        new ShadowCounts(ledger.Calls, ledger.Errors, ledger.LastError, ledger.Dropped, ledger.Unpriced, NanoUsd.ToUsd(ledger.CostNanoUsd)!.Value));
}

/// <param name="Calls">Candidates' calls that were begun.</param>
/// <param name="Errors">Those of them that failed.</param>
/// <param name="LastError">The last one's code; null for none.</param>
/// <param name="Dropped">Drawn calls that were not made, because too many waited.</param>
/// <param name="Unpriced">Calls whose cost nobody knows.</param>
/// <param name="CostUsd">What calls cost, and are charged with while they are under way.</param>
internal sealed record ShadowCounts(long Calls, long Errors, string? LastError, long Dropped, long Unpriced, decimal CostUsd);
