using System.Text.Json;
using LlmGateway.Retrieval.Embeddings;
using LlmGateway.Retrieval.Search;
using LlmGateway.Retrieval.Storage;
using LlmGateway.Retrieval.VectorStores;
using LlmGateway.Service;
using LlmGateway.Text.Metrics;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.Retrieval.Evaluations;

/// <summary>
/// Searches an evaluation's queries one at a time, each under every configuration, and keeps what they brought: a worker that takes
/// over begins at the first query that has nothing yet.
/// </summary>
internal sealed class EvaluationExecutor(RetrievalDbContext context, StoreSearch search, TimeProvider time)
{
    /// <summary>Queries that are kept together.</summary>
    private const int Batch = 8;

    public async Task ExecuteAsync(RetrievalEvaluation evaluation, Lease lease, CancellationToken cancellationToken)
    {
        try
        {
            evaluation.CheckAttempts();
            await WriteAsync(lease, rows => rows.ExecuteUpdateAsync(set => set.SetProperty(row => row.Status, WorkStatus.InProgress), cancellationToken), cancellationToken);
            var store = await context.FindLiveStoreAsync(evaluation.ProjectId, evaluation.VectorStoreId, time, cancellationToken);
            var plan = EvaluationPlan.Parse(evaluation.Plan);
            await SearchAsync(evaluation, store, plan, lease, cancellationToken);
            await FinishAsync(evaluation, plan, lease, cancellationToken);
        }
        catch (ApiException exception)
        {
            await FailAsync(lease, exception.Error.Code, exception.Message, cancellationToken);
        }
    }

    private async Task SearchAsync(RetrievalEvaluation evaluation, VectorStore store, EvaluationPlan plan, Lease lease, CancellationToken cancellationToken)
    {
        var caller = evaluation.Caller();
        var searches = plan.Searches();
        // Loads the store's copies, so that no query pays for it.
        await search.RankAsync(caller, store, ["."], new SearchConfiguration(SearchConfiguration.Lexical), null, 1, cancellationToken);
        while (await PendingAsync(evaluation.Id, cancellationToken) is { Count: > 0 } pending)
        {
            var outcomes = new Dictionary<int, string>();
            foreach (var row in pending)
            {
                var query = JsonSerializer.Deserialize(row.Query, EvaluationJsonContext.Default.JudgedQuery)!;
                var found = new SearchOutcome[searches.Count];
                for (var turn = 0; turn < searches.Count; turn++)
                {
                    // Each query begins with another configuration: none always pays for what the first search warms.
                    var place = (turn + row.Index) % searches.Count;
                    found[place] = await SearchAsync(caller, store, plan, query, searches[place], cancellationToken);
                }

                outcomes[row.Index] = JsonSerializer.Serialize(found, EvaluationJsonContext.Default.IReadOnlyListSearchOutcome);
            }

            CrashPoint.Reach("retrieval.evaluation.before");
            await KeepAsync(evaluation.Id, outcomes, lease, cancellationToken);
            CrashPoint.Reach("retrieval.evaluation.after");
        }
    }

    private async Task<SearchOutcome> SearchAsync(
        Caller caller, VectorStore store, EvaluationPlan plan, JudgedQuery query, NamedConfiguration named, CancellationToken cancellationToken)
    {
        using var costs = CallCosts.Begin();
        var start = time.GetTimestamp();
        var ranking = await search.RankAsync(caller, store, [query.Query!], named.Configuration ?? SearchConfiguration.Default, null, plan.Depth, cancellationToken);
        var latency = time.GetElapsedTime(start);
        var passages = ranking.Passages.Select(passage => (new DocumentSpan(passage.FileId, passage.Start, passage.End), passage.Score)).ToList();
        return SearchOutcome.Of(query, passages, plan.K, (long)latency.TotalMicroseconds, costs.TotalUsd);
    }

    private Task<List<EvaluationQuery>> PendingAsync(string id, CancellationToken cancellationToken) =>
        context.Set<EvaluationQuery>().AsNoTracking().Where(row => row.EvaluationId == id && row.Outcomes == null)
            .OrderBy(row => row.Index).Take(Batch).ToListAsync(cancellationToken);

    private Task KeepAsync(string id, Dictionary<int, string> outcomes, Lease lease, CancellationToken cancellationToken) => context.WriteAsync<RetrievalEvaluation>(
        lease,
        async token =>
        {
            foreach (var (index, json) in outcomes)
            {
                await context.Set<EvaluationQuery>().Where(row => row.EvaluationId == id && row.Index == index)
                    .ExecuteUpdateAsync(set => set.SetProperty(row => row.Outcomes, json), token);
            }

            await context.Set<RetrievalEvaluation>().HeldBy(lease).ExecuteUpdateAsync(set => set.SetProperty(row => row.Done, row => row.Done + outcomes.Count), token);
        },
        cancellationToken);

    private async Task FinishAsync(RetrievalEvaluation evaluation, EvaluationPlan plan, Lease lease, CancellationToken cancellationToken)
    {
        var kept = await context.Set<EvaluationQuery>().AsNoTracking().Where(row => row.EvaluationId == evaluation.Id)
            .OrderBy(row => row.Index).Select(row => row.Outcomes!).ToListAsync(cancellationToken);
        var outcomes = kept.Select(json => JsonSerializer.Deserialize(json, EvaluationJsonContext.Default.IReadOnlyListSearchOutcome)!);
        var result = JsonSerializer.Serialize(new EvaluationAnalysis(plan, [.. outcomes]).Compute(), EvaluationJsonContext.Default.EvaluationResult);
        await WriteAsync(
            lease,
            rows => rows.ExecuteUpdateAsync(set => set.SetProperty(row => row.Status, WorkStatus.Completed).SetProperty(row => row.Result, result), cancellationToken),
            cancellationToken);
    }

    private Task FailAsync(Lease lease, string code, string message, CancellationToken cancellationToken) =>
        RetrievalWork.FailAsync<RetrievalEvaluation>(context, lease, code, message, cancellationToken);

    private Task WriteAsync(Lease lease, Func<IQueryable<RetrievalEvaluation>, Task> write, CancellationToken cancellationToken) =>
        RetrievalWork.WriteAsync(context, lease, write, cancellationToken);
}
