using System.Text.RegularExpressions;
using LlmGateway.Gateway.Models;
using LlmGateway.Service;

namespace LlmGateway.Gateway.Shadows;

/// <summary>What a shadow may be.</summary>
internal sealed partial class ShadowRules(ModelResolver models, TimeProvider time)
{
    private const int MaxModelLength = 256;
    private const int MaxLabelLength = 64;
    private const int MaxParameters = 32;
    private const int MaxParameterBytes = 16 << 10;
    private const decimal MaxUsd = 1_000_000;
    private const string PromptPrefix = "prompt/";

    /// <summary>Members that say what is asked, or how it comes back: they are the original's, or ours.</summary>
    private static readonly string[] NotParameters = ["model", "prompt", "messages", "input", "stream", "stream_options", "store", "metadata", "user"];

    /// <exception cref="ApiException">400, naming the field.</exception>
    public void Check(string projectId, CreateShadowRequest request)
    {
        if (request.Name is null || !Name().IsMatch(request.Name))
        {
            throw Refused("'name' may have from 1 to 64 letters, digits, '.', '_' and '-', and begins with a letter or digit.", "name");
        }

        CheckModel(projectId, request.Model ?? throw Refused("'model' is required: the route whose calls are mirrored, as callers name it.", "model"), "model");
        CheckShare(request.Share ?? throw Refused("'share' is required: the share of the route's calls, above 0 and up to 1.", "share"));
        CheckCandidate(projectId, request.Candidate);
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

    private void CheckCandidate(string projectId, ShadowCandidate? candidate)
    {
        if (candidate is null or { Model: null, Prompt: null, Parameters: null or { Count: 0 } })
        {
            throw Refused("'candidate' is required: a 'model', a 'prompt' or 'parameters' to try.", "candidate");
        }

        if (candidate.Model is { } model)
        {
            CheckModel(projectId, model, "candidate.model");
        }

        if (candidate.Prompt is { } prompt && !IsReference(prompt))
        {
            throw Refused("'candidate.prompt' needs an 'id', and at most one of 'version', a number, and 'label'.", "candidate.prompt");
        }

        if (candidate.Parameters?.FirstOrDefault(pair => NotParameters.Contains(pair.Key)).Key is { } name)
        {
            throw Refused($"'{name}' is no parameter: what is asked is the original's, and the answer goes to the log alone.", $"candidate.parameters.{name}");
        }

        if (candidate.Parameters is { } parameters && (parameters.Count > MaxParameters || parameters.ToJsonString().Length > MaxParameterBytes))
        {
            throw Refused($"'candidate.parameters' may have at most {MaxParameters} members in {MaxParameterBytes} bytes.", "candidate.parameters");
        }
    }

    private static bool IsReference(ShadowPrompt prompt) =>
        prompt.Id is { Length: > 0 and <= MaxModelLength }
        && (prompt.Version is null || prompt.Label is null)
        && (prompt.Version is null || Version().IsMatch(prompt.Version))
        && prompt.Label is null or { Length: > 0 and <= MaxLabelLength };

    /// <summary>A prompt may come after its shadow: its calls then fail, and are counted.</summary>
    private void CheckModel(string projectId, string model, string field)
    {
        if (model.Length is 0 or > MaxModelLength)
        {
            throw Refused($"'{field}' may have from 1 to {MaxModelLength} characters.", field);
        }

        if (model.StartsWith(PromptPrefix, StringComparison.Ordinal))
        {
            return;
        }

        try
        {
            models.Resolve(projectId, model);
        }
        catch (ApiException exception)
        {
            throw Refused(exception.Error.Message, field, exception.Error.Code);
        }
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

    private static ApiException Refused(string message, string param, string code = "invalid_value") => new(ApiErrors.BadRequest(message, param, code));

    [GeneratedRegex("^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]
    private static partial Regex Name();

    [GeneratedRegex("^[0-9]{1,9}$")]
    private static partial Regex Version();
}
