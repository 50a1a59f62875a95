using System.Threading.Channels;
using LlmGateway.Gateway.Pricing;
using LlmGateway.Gateway.SemanticCaching.Caches;
using LlmGateway.Gateway.SemanticCaching.Entries;
using LlmGateway.Gateway.Storage;
using LlmGateway.Service;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace LlmGateway.Gateway.SemanticCaching.Precision;

/// <summary>
/// Finds out, for a sampled share of hits and near misses, whether the stored answer was right for the question: a hit's question is
/// asked again, a near miss has its own answer already. Off every request's path, within a day's limits, one pair at a time.
/// </summary>
internal sealed partial class SemanticChecks(
    IServiceScopeFactory scopes, PairJudge judge, SemanticCacheDirectory directory, SemanticMetrics metrics, TimeProvider time, ILogger<SemanticChecks> logger)
    : BackgroundService
{
    /// <summary>Pairs that may wait; each may hold a request of 1 MB.</summary>
    private const int QueueLength = 64;

    private readonly Channel<PairToJudge> _waiting = Channel.CreateBounded<PairToJudge>(new BoundedChannelOptions(QueueLength) { SingleReader = true });

    /// <summary>Takes a hit, by the sample's luck.</summary>
    public void OfferHit(SemanticQuery query, SemanticQuestion question, SemanticMatch match, InferenceCall call)
    {
        if (IsSampled(query.Cache))
        {
            Offer(new PairToJudge(PairKind.Hit, query, question, match, call.Operation, call.Id, call.Request!.Memory.ToArray(), null));
        }
    }

    /// <summary>Takes a question whose nearest one was not near enough, with the answer that it got; by the sample's luck.</summary>
    public void OfferNearMiss(SemanticQuery query, SemanticQuestion question, SemanticMatch match, InferenceCall call, byte[] answer)
    {
        if (IsSampled(query.Cache))
        {
            Offer(new PairToJudge(PairKind.NearMiss, query, question, match, call.Operation, call.Id, null, answer));
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var pair in _waiting.Reader.ReadAllAsync(stoppingToken))
        {
            try
            {
                await CheckAsync(pair, stoppingToken);
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                metrics.CountCheck(pair.KindName, "failed");
                LogFailed(exception.GetType().Name);
            }
        }
    }

    private static bool IsSampled(SemanticCache cache) => Random.Shared.NextDouble() < cache.Policy.SampleShare;

    private void Offer(PairToJudge pair)
    {
        if (!_waiting.Writer.TryWrite(pair))
        {
            metrics.CountCheck(pair.KindName, "dropped");
        }
    }

    private async Task CheckAsync(PairToJudge pair, CancellationToken cancellationToken)
    {
        if (directory.Current.Get(pair.Query.Cache.ProjectId, pair.Query.Cache.Id) is not { } cache)
        {
            return;
        }

        await using var scope = scopes.CreateAsyncScope();
        var context = scope.ServiceProvider.GetRequiredService<GatewayDbContext>();
        if (await IsSpentAsync(context, cache, cancellationToken))
        {
            metrics.CountCheck(pair.KindName, "capped");
            return;
        }

        var verdict = await judge.JudgeAsync(cache, pair, cancellationToken);
        if (verdict.Same is not { } same)
        {
            metrics.CountCheck(pair.KindName, "unusable");
            return;
        }

        var now = time.GetUtcNow();
        context.Add(new JudgedPair
        {
            Id = RowIds.New(JudgedPair.Prefix, now),
            CacheId = cache.Id,
            Partition = pair.Query.Partition,
            Similarity = pair.Match.Similarity,
            Same = same,
            Kind = pair.Kind,
            CostNanoUsd = verdict.CostNanoUsd,
            CreatedAt = now.ToUnixTimeSeconds(),
        });
        await context.SaveChangesAsync(cancellationToken);

        // Counted when it is kept: whoever sees the count finds the pair.
        metrics.CountCheck(pair.KindName, same ? "same" : "different");
        await scope.ServiceProvider.GetRequiredService<ThresholdTuning>().LearnAsync(cache, pair.Query.Partition, cancellationToken);
    }

    /// <summary>The day's pairs are rows, so that all gateways spend from one purse.</summary>
    private async Task<bool> IsSpentAsync(GatewayDbContext context, SemanticCache cache, CancellationToken cancellationToken)
    {
        var today = RowIds.Lowest(JudgedPair.Prefix, new DateTimeOffset(time.GetUtcNow().Date, TimeSpan.Zero));
        var pairs = context.JudgedPairs.Where(pair => pair.CacheId == cache.Id && pair.Id.CompareTo(today) >= 0 && pair.Kind != PairKind.Given);
        return await pairs.CountAsync(cancellationToken) >= cache.Policy.MaxChecksPerDay
            || NanoUsd.ToUsd(await pairs.SumAsync(pair => pair.CostNanoUsd, cancellationToken)) >= cache.Policy.MaxCheckUsdPerDay;
    }

    [LoggerMessage(1420, LogLevel.Debug, "A pair of a semantic cache was not judged ({Reason})")]
    private partial void LogFailed(string reason);
}
