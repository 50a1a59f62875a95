using System.Globalization;
using System.Text.Json;
using LlmGateway.Retrieval.Embeddings;
using LlmGateway.Retrieval.Evaluations;
using LlmGateway.Retrieval.Search;
using LlmGateway.Retrieval.Storage;
using LlmGateway.Retrieval.VectorStores;
using LlmGateway.Service;
using LlmGateway.Statistics;
using LlmGateway.Text.Metrics;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.Retrieval.Adapters;

/// <summary>
/// Trains an adapter, and tests it by the store's own searches of held-out queries. A worker that takes over begins anew, and comes to
/// the same matrix by the same seed.
/// </summary>
internal sealed class AdapterTrainer(RetrievalDbContext context, StoreSearch search, PairEmbedding embedding, AdapterLookup adapters, TimeProvider time)
{
    private const double Significant = 0.05;
    private const int Cut = 10;
    private const int Depth = 100;

    public async Task ExecuteAsync(RetrievalAdapter row, Lease lease, CancellationToken cancellationToken)
    {
        try
        {
            row.CheckAttempts();
            await TrainAsync(row, lease, cancellationToken);
        }
        catch (ApiException exception)
        {
            await FailAsync(lease, exception.Error.Code, exception.Message, cancellationToken);
        }
        catch (EmbeddingException exception)
        {
            await FailAsync(lease, "embedding_failed", exception.Message, cancellationToken);
        }
    }

    private async Task TrainAsync(RetrievalAdapter row, Lease lease, CancellationToken cancellationToken)
    {
        await WriteAsync(lease, rows => rows.ExecuteUpdateAsync(set => set.SetProperty(adapter => adapter.Status, WorkStatus.InProgress), cancellationToken), cancellationToken);
        var store = await context.FindLiveStoreAsync(row.ProjectId, row.VectorStoreId, time, cancellationToken);
        var plan = JsonSerializer.Deserialize(row.Plan, AdapterJsonContext.Default.AdapterPlan)!;
        var kept = await context.Set<AdapterData>().Where(data => data.AdapterId == row.Id).Select(data => data.Pairs).SingleAsync(cancellationToken);
        var split = PairSplit.Of(JsonSerializer.Deserialize(kept, AdapterJsonContext.Default.IReadOnlyListTrainingPair)!, plan.Holdout, plan.Seed);
        var training = await embedding.EmbedAsync(row.Caller(), store, split.Training, cancellationToken);
        var validation = await embedding.EmbedAsync(row.Caller(), store, split.Validation, cancellationToken);
        if (training.Count == 0)
        {
            throw new ApiException(ApiErrors.BadRequest("The pairs' files are no longer in the vector store.", "pairs"));
        }

        var fit = await AdapterFit.RunAsync(
            training, validation, plan.Settings, plan.Seed,
            epoch => WriteAsync(lease, rows => rows.ExecuteUpdateAsync(set => set.SetProperty(adapter => adapter.EpochsDone, epoch), cancellationToken), cancellationToken),
            cancellationToken);
        var (without, with) = await TestAsync(row, store, plan, split.HeldOut, fit.Adapter, cancellationToken);
        await FinishAsync(row, fit, Judge(plan, training.Count, validation.Count, fit, without, with), lease, cancellationToken);
    }

    /// <summary>nDCG of each held-out query without the adapter, and with it.</summary>
    private async Task<(List<double> Without, List<double> With)> TestAsync(
        RetrievalAdapter row, VectorStore store, AdapterPlan plan, IReadOnlyList<TrainingPair> heldOut, LinearAdapter adapter, CancellationToken cancellationToken)
    {
        adapters.Trial = adapter;
        var (without, with) = (new List<double>(), new List<double>());
        foreach (var group in heldOut.GroupBy(pair => pair.Query!, StringComparer.Ordinal))
        {
            var gains = group.Select(pair => pair.FileId!).Distinct().ToDictionary(id => id, _ => 1.0);
            without.Add(await ScoreAsync(plan.Configuration));
            with.Add(await ScoreAsync(plan.Configuration with { Adapter = row.Id }));

            async Task<double> ScoreAsync(SearchConfiguration configuration)
            {
                var ranking = await search.RankAsync(row.Caller(), store, [group.Key], configuration, null, Depth, cancellationToken);
                return RankedIds.Score(TrecOrder.OfShown(ranking.Passages.Select(passage => (passage.FileId, passage.Score))), gains, Cut)!.Ndcg;
            }
        }

        return (without, with);
    }

    private static AdapterResult Judge(AdapterPlan plan, int training, int validation, AdapterFit fit, List<double> without, List<double> with)
    {
        double[] differences = [.. with.Zip(without, (after, before) => after - before)];
        var interval = PairedScores.Bootstrap(differences, plan.Seed);
        var comparison = new AdapterComparison(
            $"{MetricNames.Ndcg}@{Cut}", without.Average(), with.Average(), differences.Average(), interval?.Low, interval?.High, PairedScores.SignFlipP(differences, plan.Seed));
        var verdict = IsWin(comparison) ? "Accepted: it is significantly better"
            : comparison.P < Significant ? "Rejected: it is significantly WORSE" : "Rejected: it is not shown to be better";
        var conclusion = string.Create(
            CultureInfo.InvariantCulture,
            $"{verdict} on {with.Count} held-out queries, {comparison.Metric} {comparison.With:0.0000} against {comparison.Without:0.0000} (p = {comparison.P:0.0000}).");
        return new AdapterResult(training, validation, with.Count, fit.BestEpoch, fit.Epochs, comparison, conclusion);
    }

    private static bool IsWin(AdapterComparison comparison) => comparison is { Difference: > 0, P: < Significant };

    private Task FinishAsync(RetrievalAdapter row, AdapterFit fit, AdapterResult result, Lease lease, CancellationToken cancellationToken)
    {
        var (accepted, json) = (IsWin(result.Comparison), JsonSerializer.Serialize(result, AdapterJsonContext.Default.AdapterResult));
        // What was rejected is never used: its result is kept, and no matrix.
        var matrix = accepted ? fit.Adapter.ToBytes() : null;
        return context.WriteAsync<RetrievalAdapter>(
            lease,
            async token =>
            {
                await context.Set<AdapterData>().Where(data => data.AdapterId == row.Id).ExecuteUpdateAsync(set => set.SetProperty(data => data.Matrix, matrix), token);
                await context.Set<RetrievalAdapter>().HeldBy(lease).ExecuteUpdateAsync(
                    set => set.SetProperty(adapter => adapter.Status, accepted ? AdapterStatus.Accepted : AdapterStatus.Rejected).SetProperty(adapter => adapter.Result, json), token);
            },
            cancellationToken);
    }

    private Task FailAsync(Lease lease, string code, string message, CancellationToken cancellationToken) =>
        RetrievalWork.FailAsync<RetrievalAdapter>(context, lease, code, message, cancellationToken);

    private Task WriteAsync(Lease lease, Func<IQueryable<RetrievalAdapter>, Task> write, CancellationToken cancellationToken) =>
        RetrievalWork.WriteAsync(context, lease, write, cancellationToken);
}
