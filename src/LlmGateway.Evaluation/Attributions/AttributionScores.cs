using LlmGateway.Evaluation.Runs;
using LlmGateway.Evaluation.Storage;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.Evaluation.Attributions;

/// <summary>Reads what was measured of each item under each combination.</summary>
internal sealed class AttributionScores(EvaluationDbContext store)
{
    /// <exception cref="RunFailedException">No item has a score under every combination.</exception>
    public async Task<MeasuredCombinations> LoadAsync(IReadOnlyList<CombinationRun> runs, string criterion, CancellationToken cancellationToken)
    {
        var byRun = new Dictionary<string, IReadOnlyDictionary<string, ItemMeasures>>();
        foreach (var id in runs.Select(run => run.Run!.Id).Distinct())
        {
            byRun[id] = await LoadAsync(id, criterion, cancellationToken);
        }

        var all = byRun[runs[0].Run!.Id];
        List<string> complete = [.. all.Keys.Where(key => byRun.Values.All(run => run.TryGetValue(key, out var item) && item.Score is not null))];
        return complete.Count > 0
            ? new MeasuredCombinations(runs, byRun, complete, all.Count - complete.Count)
            : throw new RunFailedException("no_common_items", $"No item has a score by '{criterion}' under every combination; the runs' items tell why.");
    }

    private async Task<IReadOnlyDictionary<string, ItemMeasures>> LoadAsync(string run, string criterion, CancellationToken cancellationToken)
    {
        var items = new Dictionary<string, ItemMeasures>();
        var rows = store.OutputItems.AsNoTracking().Where(item => item.RunId == run).OrderBy(item => item.Index)
            .Select(item => new { item.ItemKey, item.Results, item.Sample }).AsAsyncEnumerable();
        await foreach (var row in rows.WithCancellation(cancellationToken))
        {
            items[row.ItemKey] = ItemMeasures.Read(row.Results, row.Sample, criterion);
        }

        return items;
    }
}
