using LlmGateway.Gateway.SemanticCaching.Caches;
using LlmGateway.Gateway.Settings;
using LlmGateway.Gateway.Storage;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.Gateway.SemanticCaching.Precision;

/// <summary>Sets thresholds by judged pairs: a cache's to the most hits at its target precision, and a partition's own where its hits are worse.</summary>
internal sealed class ThresholdTuning(GatewayDbContext context, SemanticCacheDirectory directory, SettingsChange change, TimeProvider time)
{
    /// <summary>Judged pairs that count: the newest.</summary>
    private const int RecentPairs = 2000;

    /// <summary>Judged pairs of a partition that count: fewer, so that what was put right shows soon.</summary>
    private const int RecentOfPartition = 200;

    /// <summary>Pairs of a partition below which it is not judged by itself.</summary>
    private const int MinOfPartition = 20;

    /// <summary>Pairs between two looks at a cache's threshold.</summary>
    private const int PairsBetween = 10;

    /// <summary>After a judged pair of a partition. What makes a partition worse than others is no reason to tighten them.</summary>
    public async Task LearnAsync(SemanticCache cache, string partition, CancellationToken cancellationToken)
    {
        await TightenAsync(cache, partition, cancellationToken);
        if (await PairsOf(cache).CountAsync(cancellationToken) % PairsBetween == 0)
        {
            var others = PairsOf(cache).Where(pair => !context.SemanticPartitions.Any(row => row.CacheId == cache.Id && row.Id == pair.Partition && row.Threshold != null));
            await TuneAsync(cache, others, cancellationToken);
        }
    }

    /// <summary>Tunes a cache by all the pairs that are recorded.</summary>
    public Task<TuningOutcome> TuneAsync(SemanticCache cache, CancellationToken cancellationToken) => TuneAsync(cache, PairsOf(cache), cancellationToken);

    private IQueryable<JudgedPair> PairsOf(SemanticCache cache) => context.JudgedPairs.Where(pair => pair.CacheId == cache.Id);

    private async Task<TuningOutcome> TuneAsync(SemanticCache cache, IQueryable<JudgedPair> judged, CancellationToken cancellationToken)
    {
        var pairs = await RecentAsync(judged, RecentPairs, cancellationToken);
        var choice = ThresholdChoice.Safe(pairs, cache.Policy.TargetPrecision, cache.Policy.Floor);
        var (threshold, applied) = (choice?.Threshold, choice is not null);
        if (choice is null && IsBelowTarget(pairs, cache.Threshold, cache.Policy.TargetPrecision))
        {
            (threshold, applied) = (ThresholdChoice.Tighter(pairs, cache.Policy.TargetPrecision, cache.Threshold), true);
        }

        if (applied && threshold != cache.TunedThreshold)
        {
            await ChangeAsync(cache, async () => (await FindAsync(cache.Id, cancellationToken)).TunedThreshold = threshold, cancellationToken);
        }

        return new TuningOutcome(threshold ?? cache.Threshold, cache.Threshold, applied, pairs.Count, choice);
    }

    /// <summary>Gives a partition a threshold of its own while its hits are worse than the target, and takes it away afterwards.</summary>
    private async Task TightenAsync(SemanticCache cache, string partition, CancellationToken cancellationToken)
    {
        var pairs = await RecentAsync(
            PairsOf(cache).Where(pair => pair.Partition == partition), RecentOfPartition, cancellationToken);
        double? own = IsBelowTarget(pairs, cache.Threshold, cache.Policy.TargetPrecision)
            ? ThresholdChoice.Tighter(pairs, cache.Policy.TargetPrecision, cache.Threshold)
            : null;
        var rows = context.SemanticPartitions.Where(row => row.CacheId == cache.Id && row.Id == partition);
        if (await rows.AnyAsync(row => row.Threshold != own, cancellationToken))
        {
            await ChangeAsync(cache, async () => (await rows.SingleAsync(cancellationToken)).Threshold = own, cancellationToken);
        }
    }

    private Task<double?> ChangeAsync(SemanticCache cache, Func<Task<double?>> set, CancellationToken cancellationToken) =>
        change.MakeAsync(directory, cache.ProjectId, set, cancellationToken);

    private async Task<SemanticCache> FindAsync(string id, CancellationToken cancellationToken)
    {
        var row = await context.SemanticCaches.SingleAsync(cache => cache.Id == id, cancellationToken);
        row.UpdatedAt = time.GetUtcNow().ToUnixTimeSeconds();
        return row;
    }

    private static async Task<List<JudgedSimilarity>> RecentAsync(IQueryable<JudgedPair> pairs, int limit, CancellationToken cancellationToken) =>
        await pairs.AsNoTracking().OrderByDescending(pair => pair.Id).Take(limit)
            .Select(pair => new JudgedSimilarity(pair.Similarity, pair.Same)).ToListAsync(cancellationToken);

    private static bool IsBelowTarget(List<JudgedSimilarity> pairs, double threshold, double target)
    {
        var hits = pairs.Where(pair => pair.Similarity >= threshold).ToList();
        return hits.Count >= MinOfPartition && hits.Count(pair => pair.Same) < target * hits.Count;
    }
}

/// <param name="Threshold">In force from now on.</param>
/// <param name="Previous">In force before.</param>
/// <param name="Applied">Whether the pairs decided it.</param>
/// <param name="Pairs">Pairs that were looked at.</param>
/// <param name="Choice">What speaks for it; null when nothing could be promised.</param>
internal sealed record TuningOutcome(double Threshold, double Previous, bool Applied, int Pairs, ThresholdChoice? Choice);
