using System.Collections.Frozen;
using LlmGateway.Gateway.SemanticCaching.Entries;

namespace LlmGateway.Gateway.SemanticCaching.Caches;

/// <summary>One state of every project's semantic caches; replaced whole, so a request that reads it once never sees half a change.</summary>
internal sealed class SemanticCacheTable(IReadOnlyList<SemanticCache> caches, IEnumerable<SemanticPartition> tightened)
{
    private readonly FrozenDictionary<string, SemanticCache[]> _byProject = caches.GroupBy(cache => cache.ProjectId)
        .ToFrozenDictionary(group => group.Key, group => group.ToArray(), StringComparer.Ordinal);

    private readonly FrozenDictionary<(string Cache, string Partition), double> _thresholds =
        tightened.ToFrozenDictionary(partition => (partition.CacheId, partition.Id), partition => partition.Threshold!.Value);

    public IReadOnlyList<SemanticCache> All => caches;

    /// <summary>The oldest cache of the call's project that is for such calls; null where none is.</summary>
    public SemanticCache? Find(InferenceCall call)
    {
        if (!_byProject.TryGetValue(call.Caller.ProjectId, out var own))
        {
            return null;
        }

        foreach (var cache in own)
        {
            if (cache.Policy.AppliesTo.Covers(call))
            {
                return cache;
            }
        }

        return null;
    }

    /// <summary>A cache in its present state; null once it is deleted.</summary>
    public SemanticCache? Get(string projectId, string id) =>
        _byProject.TryGetValue(projectId, out var own) ? Array.Find(own, cache => cache.Id == id) : null;

    /// <summary>Least similarity of a hit in a partition.</summary>
    public double ThresholdOf(SemanticCache cache, string partition) =>
        _thresholds.TryGetValue((cache.Id, partition), out var own) ? Math.Max(own, cache.Threshold) : cache.Threshold;
}
