using System.Text.Json.Serialization;
using LlmGateway.Gateway.Settings;
using LlmGateway.Service;

namespace LlmGateway.Gateway.SemanticCaching.Caches;

/// <summary>What makes or changes a semantic cache; in a change, what is absent stays.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record SemanticCacheRequest(
    string? Name, CallScope? AppliesTo, string? EmbeddingModel, double? Threshold, double? MinThreshold, double? TargetPrecision, long? TtlSeconds,
    int? MaxTurns, int? EmbeddedTurns, double? MaxTemperature, SemanticCacheJudge? Judge, double? Margin, double? SampleShare, int? MaxChecksPerDay,
    decimal? MaxCheckUsdPerDay, int? MaxEntries)
{
    private const int MaxNameLength = 64;
    private const int MaxListed = 100;
    private const int MaxTextLength = 256;
    private const int MaxPromptLength = 8000;
    private const long Year = 365 * 86_400;

    /// <summary>The policy of a new cache.</summary>
    /// <exception cref="ApiException">400 naming the field.</exception>
    public SemanticCachePolicy ToPolicy() => Over(new SemanticCachePolicy
    {
        Name = Name ?? throw Refused("name", "is required"),
        AppliesTo = AppliesTo ?? throw Refused("applies_to", "is required: a semantic cache is used only where it was asked for"),
        EmbeddingModel = EmbeddingModel ?? throw Refused("embedding_model", "is required"),
    });

    /// <summary>A policy with the changes that are given.</summary>
    /// <exception cref="ApiException">400 naming the field.</exception>
    public SemanticCachePolicy Over(SemanticCachePolicy current)
    {
        if (EmbeddingModel is not null && EmbeddingModel != current.EmbeddingModel)
        {
            throw Refused("embedding_model", "cannot change, because stored vectors cannot be compared with those of another model. Make a new semantic cache and delete this one");
        }

        var policy = current with
        {
            Name = Name ?? current.Name,
            AppliesTo = AppliesTo ?? current.AppliesTo,
            Threshold = Threshold ?? current.Threshold,
            MinThreshold = MinThreshold ?? current.MinThreshold,
            TargetPrecision = TargetPrecision ?? current.TargetPrecision,
            TtlSeconds = TtlSeconds ?? current.TtlSeconds,
            MaxTurns = MaxTurns ?? current.MaxTurns,
            EmbeddedTurns = EmbeddedTurns ?? current.EmbeddedTurns,
            MaxTemperature = MaxTemperature ?? current.MaxTemperature,
            Judge = Judge ?? current.Judge,
            Margin = Margin ?? current.Margin,
            SampleShare = SampleShare ?? current.SampleShare,
            MaxChecksPerDay = MaxChecksPerDay ?? current.MaxChecksPerDay,
            MaxCheckUsdPerDay = MaxCheckUsdPerDay ?? current.MaxCheckUsdPerDay,
            MaxEntries = MaxEntries ?? current.MaxEntries,
        };
        Check(policy);
        return policy;
    }

    private static void Check(SemanticCachePolicy policy)
    {
        Text(policy.Name, MaxNameLength, "name");
        Text(policy.EmbeddingModel, MaxTextLength, "embedding_model");
        CheckScope(policy.AppliesTo);
        CheckJudge(policy.Judge);
        Range(policy.Threshold, 0, 1, "threshold");
        Range(policy.MinThreshold ?? 0, 0, policy.Threshold, "min_threshold");
        Range(policy.TargetPrecision, 0.5, 0.999, "target_precision");
        Range(policy.TtlSeconds, 1, Year, "ttl_seconds");
        Range(policy.MaxTurns, 1, 50, "max_turns");
        Range(policy.EmbeddedTurns, 1, policy.MaxTurns, "embedded_turns");
        Range(policy.MaxTemperature, 0, 2, "max_temperature");
        Range(policy.Margin, 0, policy.Judge.Type == SemanticCacheJudge.Exact ? 1 : 0, "margin");
        Range(policy.SampleShare, 0, 1, "sample_share");
        Range(policy.MaxChecksPerDay, 0, 100_000, "max_checks_per_day");
        Range((double)policy.MaxCheckUsdPerDay, 0, 10_000, "max_check_usd_per_day");
        Range(policy.MaxEntries, 1, 1_000_000, "max_entries");
    }

    private static void CheckScope(CallScope scope)
    {
        if (scope is { Models: null, Keys: null, Prompts: null })
        {
            throw Refused("applies_to", "must name 'models', 'keys' or 'prompts'");
        }

        foreach (var (list, name) in new[] { (scope.Models, "models"), (scope.Keys, "keys"), (scope.Prompts, "prompts") })
        {
            if (list is not null && (list.Count is 0 or > MaxListed || list.Any(item => string.IsNullOrEmpty(item) || item.Length > MaxTextLength)))
            {
                throw Refused($"applies_to.{name}", $"must hold 1 to {MaxListed} texts of 1 to {MaxTextLength} characters");
            }
        }
    }

    private static void CheckJudge(SemanticCacheJudge judge)
    {
        switch (judge.Type)
        {
            case SemanticCacheJudge.Exact when judge.ModelName is null && judge.Prompt is null:
                Text(judge.Field ?? "-", MaxTextLength, "judge.field");
                break;
            case SemanticCacheJudge.Model when judge.Field is null:
                Text(judge.ModelName, MaxTextLength, "judge.model");
                Text(judge.Prompt ?? "-", MaxPromptLength, "judge.prompt");
                break;
            default:
                throw Refused("judge", """must be {"type": "exact", "field": …} or {"type": "model", "model": …, "prompt": …}""");
        }
    }

    private static void Text(string? value, int limit, string param)
    {
        if (string.IsNullOrWhiteSpace(value) || value.Length > limit)
        {
            throw Refused(param, $"must have 1 to {limit} characters");
        }
    }

    private static void Range(double value, double least, double most, string param)
    {
        // Not the other way round: NaN is in no range.
        if (!(value >= least && value <= most))
        {
            throw Refused(param, FormattableString.Invariant($"must be from {least} to {most}"));
        }
    }

    private static ApiException Refused(string param, string what) => new(ApiErrors.BadRequest($"'{param}' {what}.", param));
}
