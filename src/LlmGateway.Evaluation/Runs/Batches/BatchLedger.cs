using LlmGateway.Evaluation.Storage;
using LlmGateway.Service;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.Evaluation.Runs.Batches;

/// <summary>Writes a batch's outputs as they are finished, and its end together with what follows from it for the run.</summary>
internal sealed class BatchLedger(EvaluationDbContext store, RunBatch batch, Lease lease)
{
    public async Task WriteAsync(IReadOnlyList<OutputItem> finished, CancellationToken cancellationToken)
    {
        foreach (var output in finished)
        {
            var entry = store.OutputItems.Attach(output);
            entry.Property(row => row.Status).IsModified = true;
            entry.Property(row => row.IsSampled).IsModified = true;
            entry.Property(row => row.Sample).IsModified = true;
            entry.Property(row => row.Results).IsModified = true;
            entry.Property(row => row.Usage).IsModified = true;
        }

        await store.WriteAsync<RunBatch>(lease, token => store.SaveChangesAsync(token), cancellationToken);
        store.ChangeTracker.Clear();
        CrashPoint.Reach("evaluation.batch.after");
    }

    /// <summary>Ends the batch, and the run with its last one: the totals of all are added up in the same transaction.</summary>
    /// <returns>Whether the run has ended.</returns>
    public async Task<bool> FinishAsync(IReadOnlyList<OutputItem> outputs, CancellationToken cancellationToken)
    {
        var totals = RunJson.Write(RunTotals.Of(outputs.Select(GradedOutput.Of)));
        var isLast = false;
        await store.WriteAsync<RunBatch>(
            lease,
            async token =>
            {
                await store.Batches.HeldBy(lease).ExecuteUpdateAsync(
                    set => set.SetProperty(row => row.Status, BatchStatus.Finished).SetProperty(row => row.Totals, totals), token);
                // This takes the run's row: batches that finish together follow one another here.
                var run = store.Runs.Where(row => row.Id == batch.RunId && row.Status == RunStatus.InProgress);
                await run.ExecuteUpdateAsync(set => set.SetProperty(row => row.OpenBatches, row => row.OpenBatches - 1), token);
                isLast = await run.AnyAsync(row => row.OpenBatches == 0, token);
                if (isLast)
                {
                    await CompleteAsync(run, token);
                }
            },
            cancellationToken);
        CrashPoint.Reach(isLast ? "evaluation.run.ended" : "evaluation.batch.finished");
        return isLast;
    }

    /// <summary>Ends the run well, or as failed where not one sample could be had.</summary>
    private async Task CompleteAsync(IQueryable<Run> run, CancellationToken cancellationToken)
    {
        var all = new RunTotals();
        await foreach (var totals in store.Batches.Where(row => row.RunId == batch.RunId).Select(row => row.Totals).AsAsyncEnumerable().WithCancellation(cancellationToken))
        {
            all.Merge(RunJson.ReadTotals(totals!));
        }

        var json = RunJson.Write(all);
        var hasFailed = all.Sampled == 0 && all.Errored > 0;
        var (status, code) = hasFailed ? (RunStatus.Failed, "sampling_failed") : (RunStatus.Completed, null);
        var message = hasFailed ? $"Not one of {all.Total} samples could be had; each item tells why." : null;
        await run.ExecuteUpdateAsync(
            set => set
                .SetProperty(row => row.Status, status)
                .SetProperty(row => row.Totals, json)
                .SetProperty(row => row.ErrorCode, code)
                .SetProperty(row => row.ErrorMessage, message),
            cancellationToken);
    }
}
