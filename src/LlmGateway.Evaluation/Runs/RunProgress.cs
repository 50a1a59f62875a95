using LlmGateway.Evaluation.Storage;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.Evaluation.Runs;

/// <summary>Fills in the totals of runs that did not complete: from the batches that are finished, with the outputs counted as they stand.</summary>
internal static class RunProgress
{
    public static async Task<IReadOnlyList<Run>> WithProgressAsync(this EvaluationDbContext store, IReadOnlyList<Run> runs, CancellationToken cancellationToken)
    {
        var open = runs.Where(run => run.Status is not (RunStatus.Completed or RunStatus.Queued)).ToDictionary(run => run.Id);
        if (open.Count == 0)
        {
            return runs;
        }

        var ids = open.Keys.ToList();
        var finished = await store.Batches.AsNoTracking().Where(batch => ids.Contains(batch.RunId) && batch.Totals != null)
            .Select(batch => new { batch.RunId, batch.Totals }).ToListAsync(cancellationToken);
        var counts = await store.OutputItems.Where(output => ids.Contains(output.RunId))
            .GroupBy(output => new { output.RunId, output.Status }).Select(group => new { group.Key.RunId, group.Key.Status, Count = group.Count() }).ToListAsync(cancellationToken);
        foreach (var (id, run) in open)
        {
            var totals = new RunTotals();
            finished.Where(batch => batch.RunId == id).ToList().ForEach(batch => totals.Merge(RunJson.ReadTotals(batch.Totals!)));
            totals.SetCounts(counts.Where(count => count.RunId == id).ToDictionary(count => count.Status, count => count.Count));
            run.Totals = RunJson.Write(totals);
        }

        return runs;
    }
}
