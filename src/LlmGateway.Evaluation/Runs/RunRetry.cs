using LlmGateway.Evaluation.Runs.Batches;
using LlmGateway.Evaluation.Storage;
using LlmGateway.Service;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.Evaluation.Runs;

/// <summary>Has an ended run do again what it missed: outputs with an error, and those that it never came to.</summary>
internal sealed class RunRetry(EvaluationDbContext store, RunAnnouncer announcer)
{
    private static readonly string[] Retriable = [RunStatus.Completed, RunStatus.Failed];

    /// <exception cref="ApiException">It has not ended, or has nothing to do again (400).</exception>
    public async Task<RunRetryView> RetryAsync(Run run, CancellationToken cancellationToken)
    {
        await using var transaction = await store.Database.BeginTransactionAsync(cancellationToken);
        await FenceAsync(run.Id, cancellationToken);
        var status = run.IsLoaded ? RunStatus.InProgress : RunStatus.Queued;
        var reopened = await store.Runs.Where(row => row.Id == run.Id && Retriable.Contains(row.Status)).ExecuteUpdateAsync(
            set => set
                .SetProperty(row => row.Status, status)
                .SetProperty(row => row.Retries, row => row.Retries + 1)
                .SetProperty(row => row.Attempt, 0)
                .SetProperty(row => row.IsAnnounced, false)
                .SetProperty(row => row.ErrorCode, (string?)null)
                .SetProperty(row => row.ErrorMessage, (string?)null),
            cancellationToken);
        if (reopened == 0)
        {
            throw JsonFields.Invalid($"The run '{run.Id}' is {run.Status}; only a run that is completed or failed can be retried.", "run_id");
        }

        var view = run.IsLoaded ? await ReopenAsync(run, cancellationToken) : new RunRetryView(run.Id, run.EvalId, status, 0, null);
        await transaction.CommitAsync(cancellationToken);
        await (run.IsLoaded ? announcer.AnnounceBatchesAsync(run) : announcer.AnnounceAsync(run));
        return view;
    }

    /// <summary>
    /// Waits for what workers of the ended run are still writing, and lets them write no more. Batches are taken before the run, as
    /// workers do.
    /// </summary>
    private Task<int> FenceAsync(string run, CancellationToken cancellationToken) => store.Batches
        .Where(batch => batch.RunId == run && store.Runs.Any(row => row.Id == run && Retriable.Contains(row.Status)))
        .ExecuteUpdateAsync(set => set.SetProperty(batch => batch.Fence, batch => batch.Fence + 1), cancellationToken);

    /// <summary>Puts the outputs back, and the batches that have one.</summary>
    private async Task<RunRetryView> ReopenAsync(Run run, CancellationToken cancellationToken)
    {
        var outputs = store.OutputItems.Where(row => row.RunId == run.Id);
        var missing = await outputs.CountAsync(row => row.Status == ItemStatus.Pending, cancellationToken);
        var errored = await outputs.Where(row => row.Status == ItemStatus.Errored).ExecuteUpdateAsync(
            set => set.SetProperty(row => row.Status, ItemStatus.Pending).SetProperty(row => row.IsSampled, false), cancellationToken);
        if (missing + errored == 0)
        {
            throw JsonFields.Invalid($"The run '{run.Id}' has neither missing nor errored items.", "run_id");
        }

        // Batches that were given up without anything to do have no totals yet: they are ended anew too.
        var pending = outputs.Where(row => row.Status == ItemStatus.Pending);
        var batches = await store.Batches
            .Where(row => row.RunId == run.Id && (row.Status != BatchStatus.Finished || pending.Any(output => output.Index >= row.FirstIndex && output.Index <= row.LastIndex)))
            .ExecuteUpdateAsync(
                set => set
                    .SetProperty(row => row.Status, BatchStatus.Queued)
                    .SetProperty(row => row.Attempt, 0)
                    .SetProperty(row => row.LeaseUntil, (long?)null)
                    .SetProperty(row => row.Totals, (string?)null),
                cancellationToken);
        await store.Runs.Where(row => row.Id == run.Id).ExecuteUpdateAsync(set => set.SetProperty(row => row.OpenBatches, batches), cancellationToken);
        return new RunRetryView(run.Id, run.EvalId, RunStatus.InProgress, errored, missing);
    }
}

/// <summary>What a retried run does again: outputs with an error, and outputs that it never came to (null where its items were not even loaded).</summary>
internal sealed record RunRetryView(string RunId, string EvalId, string Status, int Errored, int? Missing, string Object = "eval.run.retry");
