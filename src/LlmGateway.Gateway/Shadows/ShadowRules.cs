using System.Text.RegularExpressions;
using LlmGateway.Gateway.Variants;
using LlmGateway.Service;

namespace LlmGateway.Gateway.Shadows;

/// <summary>What a shadow may be.</summary>
internal sealed partial class ShadowRules(VariantRules variants, TimeProvider time)
{
    private const decimal MaxUsd = 1_000_000;

    /// <exception cref="ApiException">400, naming the field.</exception>
    public void Check(string projectId, CreateShadowRequest request)
    {
        if (request.Name is null || !Name().IsMatch(request.Name))
        {
            throw Refused("'name' may have from 1 to 64 letters, digits, '.', '_' and '-', and begins with a letter or digit.", "name");
        }

        variants.CheckModel(projectId, request.Model ?? throw Refused("'model' is required: the route whose calls are mirrored, as callers name it.", "model"), "model");
        CheckShare(request.Share ?? throw Refused("'share' is required: the share of the route's calls, above 0 and up to 1.", "share"));
        if (request.Candidate is null or { IsEmpty: true })
        {
            throw Refused("'candidate' is required: a 'model', a 'prompt' or 'parameters' to try.", "candidate");
        }

        variants.Check(projectId, request.Candidate, "candidate");
        CheckLimits(request.MaxCostUsd, request.MaxCostUsdPerDay, request.MaxCalls, request.ExpiresAt);
        if (request is { MaxCostUsd: null, MaxCostUsdPerDay: null, MaxCalls: null })
        {
            throw Refused("Give at least one of 'max_cost_usd', 'max_cost_usd_per_day' and 'max_calls': a shadow without a limit costs without end.", "max_cost_usd");
        }
    }

    /// <inheritdoc cref="Check(string, CreateShadowRequest)"/>
    public void Check(UpdateShadowRequest request)
    {
        if (request.Share is { } share)
        {
            CheckShare(share);
        }

        if (request.Status is not (null or ShadowStatus.Active or ShadowStatus.Paused))
        {
            throw Refused("'status' may be 'active' or 'paused'.", "status");
        }

        CheckLimits(request.MaxCostUsd, request.MaxCostUsdPerDay, request.MaxCalls, request.ExpiresAt);
    }

    private static void CheckShare(double share)
    {
        if (share is not (> 0 and <= 1))
        {
            throw Refused("'share' must be above 0 and up to 1.", "share");
        }
    }

    private void CheckLimits(decimal? cost, decimal? costPerDay, long? calls, long? expiresAt)
    {
        foreach (var (usd, field) in new[] { (cost, "max_cost_usd"), (costPerDay, "max_cost_usd_per_day") })
        {
            if (usd is <= 0 or > MaxUsd)
            {
                throw Refused($"'{field}' must be above 0 and up to {MaxUsd} US dollars.", field);
            }
        }

        if (calls is <= 0)
        {
            throw Refused("'max_calls' must be above 0.", "max_calls");
        }

        if (expiresAt <= time.GetUtcNow().ToUnixTimeSeconds())
        {
            throw Refused("'expires_at' must be in the future (Unix seconds).", "expires_at");
        }
    }

    private static ApiException Refused(string message, string param) => new(ApiErrors.BadRequest(message, param));

    [GeneratedRegex("^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]
    private static partial Regex Name();
}
