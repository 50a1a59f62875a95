using LlmGateway.Evaluation.Runs;
using LlmGateway.Evaluation.Storage;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.Evaluation.Comparisons;

/// <summary>A run's results by item.</summary>
internal sealed record RunScores(Run Run, IReadOnlyDictionary<string, ScoredItem> Items)
{
    public static async Task<RunScores> LoadAsync(EvaluationDbContext store, Run run, CancellationToken cancellationToken)
    {
        var rows = store.OutputItems.AsNoTracking().Where(item => item.RunId == run.Id && item.Repetition == 0)
            .Select(item => new { item.ItemKey, item.Id, item.Index, item.Results }).AsAsyncEnumerable();
        var items = new Dictionary<string, ScoredItem>();
        await foreach (var row in rows.WithCancellation(cancellationToken))
        {
            items.Add(row.ItemKey, new ScoredItem(row.Id, row.Index, RunJson.ReadResults(row.Results ?? "[]")));
        }

        return new RunScores(run, items);
    }
}

/// <summary>An item's results; empty where its sample could not be had.</summary>
internal sealed record ScoredItem(string Id, int Index, IReadOnlyList<ItemResult> Results)
{
    public ItemResult? Find(string criterion) => Results.FirstOrDefault(result => result.Name == criterion);
}
