using LlmGateway.Evaluation.Evals;
using LlmGateway.Evaluation.Graders;
using LlmGateway.Evaluation.Runs;
using LlmGateway.Evaluation.Storage;
using LlmGateway.Service;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.Evaluation.Comparisons;

/// <summary>A run's scores by item, in the order of the data.</summary>
internal sealed record RunScores(Run Run, IReadOnlyDictionary<string, ScoredItem> Items)
{
    /// <param name="store">The store.</param>
    /// <param name="eval">The run's eval.</param>
    /// <param name="id">The run.</param>
    /// <param name="field">The request's field that names it.</param>
    /// <param name="criteria">The testing criteria to read, by whose places scores are asked for.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="ApiException">The run is unknown (404), or has not completed (400).</exception>
    public static async Task<RunScores> LoadAsync(
        EvaluationDbContext store, Eval eval, string id, string field, IReadOnlyList<IGrader> criteria, CancellationToken cancellationToken)
    {
        var run = await store.GetRunAsync(eval.ProjectId, eval.Id, id, cancellationToken);
        if (run.Status != RunStatus.Completed)
        {
            throw JsonFields.Invalid($"The run '{id}' is {run.Status}; only completed runs are judged.", field);
        }

        // Where neither latency nor cost is known, of a call or of a logged one, samples need not be read.
        var measured = RunJson.ReadTotals(run.Totals) is { LatencyMs: > 0 } or { CostUsd: not null };
        var rows = store.OutputItems.AsNoTracking().Where(item => item.RunId == run.Id).OrderBy(item => item.Index).ThenBy(item => item.Repetition)
            .Select(item => new { item.ItemKey, item.Id, item.Index, item.Status, item.Results, Sample = measured ? item.Sample : null }).AsAsyncEnumerable();
        var reader = new ResultsReader(criteria);
        var items = new Dictionary<string, ScoredItem>();
        await foreach (var row in rows.WithCancellation(cancellationToken))
        {
            if (!items.TryGetValue(row.ItemKey, out var item))
            {
                items[row.ItemKey] = item = new ScoredItem(row.ItemKey, row.Id, row.Index, criteria.Count);
            }

            item.Repetitions++;
            AddStatus(item, row.Status);
            reader.ReadResults(row.Results ?? "[]", item);
            if (row.Sample is { } sample)
            {
                ResultsReader.ReadSample(sample, item);
            }
        }

        return new RunScores(run, items);
    }

    private static void AddStatus(ScoredItem item, string status)
    {
        switch (status)
        {
            case ItemStatus.Passed:
                item.Whole.AddScore(1, true);
                break;
            case ItemStatus.Failed:
                item.Whole.AddScore(0, false);
                break;
            case ItemStatus.Errored:
                item.Whole.AddError();
                break;
        }
    }
}
