using LlmGateway.Evaluation.Runs.Batches;
using LlmGateway.Evaluation.Storage;
using LlmGateway.Service;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.Evaluation.Runs;

/// <summary>
/// Ends runs before all their items are graded. The run first, then its batches, in two transactions: a worker that ends a batch
/// takes the rows the other way round. Where the second is not reached, workers find the run ended and give its batches up.
/// </summary>
internal sealed class RunEnding(EvaluationDbContext store, RunEndAnnouncer announcer)
{
    /// <summary>Fails a run as long as the worker that gives it up holds its work: one that is late must not end a retry.</summary>
    /// <exception cref="LeaseLostException">The lease is lost; nothing is written.</exception>
    public async Task FailAsync<TRow>(Lease lease, string runId, string code, string message, CancellationToken cancellationToken)
        where TRow : LeasedRow
    {
        var ended = false;
        await store.WriteAsync<TRow>(lease, async token => ended = await MarkAsync(runId, RunStatus.Failed, code, message, token), cancellationToken);
        if (ended)
        {
            await GiveBatchesUpAsync(runId, cancellationToken);
        }
    }

    /// <returns>False for a run that has ended already.</returns>
    public async Task<bool> CancelAsync(string runId, CancellationToken cancellationToken)
    {
        var ended = await MarkAsync(runId, RunStatus.Canceled, null, null, cancellationToken);
        if (ended)
        {
            await GiveBatchesUpAsync(runId, cancellationToken);
        }

        return ended;
    }

    /// <summary>Has the end of a run published.</summary>
    public void Announce() => announcer.Wake();

    private async Task<bool> MarkAsync(string runId, string status, string? code, string? message, CancellationToken cancellationToken) =>
        await store.Runs.Where(row => row.Id == runId && RunStatus.Open.Contains(row.Status)).ExecuteUpdateAsync(
            set => set
                .SetProperty(row => row.Status, status)
                .SetProperty(row => row.ErrorCode, code)
                .SetProperty(row => row.ErrorMessage, message)
                .SetProperty(row => row.Fence, row => row.Fence + 1)
                .SetProperty(row => row.LeaseOwner, (string?)null)
                .SetProperty(row => row.LeaseUntil, (long?)null),
            cancellationToken) > 0;

    /// <summary>
    /// The fence moves on: workers that hold a batch write nothing more, and learn of it soon. Whether the run is still ended is
    /// asked with the batches in hand: one that was retried meanwhile keeps them.
    /// </summary>
    private async Task GiveBatchesUpAsync(string runId, CancellationToken cancellationToken)
    {
        await using var transaction = await store.Database.BeginTransactionAsync(cancellationToken);
        var open = store.Batches.Where(row => row.RunId == runId && row.Status == BatchStatus.Queued);
        await open.ExecuteUpdateAsync(
            set => set.SetProperty(row => row.Fence, row => row.Fence + 1).SetProperty(row => row.LeaseUntil, (long?)null), cancellationToken);
        await open.Where(row => !store.Runs.Any(run => run.Id == runId && RunStatus.Open.Contains(run.Status))).ExecuteUpdateAsync(
            set => set.SetProperty(row => row.Status, BatchStatus.Canceled), cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        Announce();
    }
}
