using LlmGateway.Gateway.Settings;

namespace LlmGateway.Gateway.SemanticCaching.Caches;

/// <summary>
/// A cache as callers see it. <c>tuned_threshold</c> is in force where tuning has found one, else <c>threshold</c> is;
/// <c>embedding_dimensions</c> is the length of the vectors, and vectors of another length are not used.
/// </summary>
internal sealed record SemanticCacheResource(
    string Id, string Object, string Name, CallScope AppliesTo, string EmbeddingModel, int EmbeddingDimensions, double Threshold, double MinThreshold,
    double? TunedThreshold, double TargetPrecision, long TtlSeconds, int MaxTurns, int EmbeddedTurns, double MaxTemperature, SemanticCacheJudge Judge, double Margin,
    double SampleShare, int MaxChecksPerDay, decimal MaxCheckUsdPerDay, int MaxEntries, long CreatedAt, long UpdatedAt)
{
    public static SemanticCacheResource From(SemanticCache cache)
    {
        var policy = cache.Policy;
        return new SemanticCacheResource(
            cache.Id, "semantic_cache", policy.Name, policy.AppliesTo, policy.EmbeddingModel, cache.Dimensions, policy.Threshold, policy.Floor,
            cache.TunedThreshold, policy.TargetPrecision, policy.TtlSeconds, policy.MaxTurns, policy.EmbeddedTurns, policy.MaxTemperature, policy.Judge, policy.Margin,
            policy.SampleShare, policy.MaxChecksPerDay, policy.MaxCheckUsdPerDay, policy.MaxEntries, cache.CreatedAt, cache.UpdatedAt);
    }
}
