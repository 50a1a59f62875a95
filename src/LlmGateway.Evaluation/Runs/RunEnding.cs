using LlmGateway.Evaluation.Runs.Batches;
using LlmGateway.Evaluation.Storage;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.Evaluation.Runs;

/// <summary>Ends runs before all their items are graded.</summary>
internal sealed class RunEnding(EvaluationDbContext store, RunEndAnnouncer announcer)
{
    public Task<bool> FailAsync(string runId, string code, string message, CancellationToken cancellationToken) =>
        EndAsync(runId, RunStatus.Failed, code, message, cancellationToken);

    public Task<bool> CancelAsync(string runId, CancellationToken cancellationToken) => EndAsync(runId, RunStatus.Canceled, null, null, cancellationToken);

    /// <summary>Has the end of a run published.</summary>
    public void Announce() => announcer.Wake();

    /// <summary>
    /// The run first, then its batches, in two statements: a worker that ends a batch takes the rows the other way round. Where
    /// the second is not reached, workers find the run ended and give its batches up.
    /// </summary>
    /// <returns>False for a run that has ended already.</returns>
    private async Task<bool> EndAsync(string runId, string status, string? code, string? message, CancellationToken cancellationToken)
    {
        var ended = await store.Runs.Where(row => row.Id == runId && RunStatus.Open.Contains(row.Status)).ExecuteUpdateAsync(
            set => set
                .SetProperty(row => row.Status, status)
                .SetProperty(row => row.ErrorCode, code)
                .SetProperty(row => row.ErrorMessage, message)
                .SetProperty(row => row.Fence, row => row.Fence + 1)
                .SetProperty(row => row.LeaseOwner, (string?)null)
                .SetProperty(row => row.LeaseUntil, (long?)null),
            cancellationToken);
        if (ended == 0)
        {
            return false;
        }

        // The fence moves on: workers that hold a batch write nothing more, and learn of it soon.
        await store.Batches.Where(row => row.RunId == runId && row.Status == BatchStatus.Queued).ExecuteUpdateAsync(
            set => set.SetProperty(row => row.Status, BatchStatus.Canceled).SetProperty(row => row.Fence, row => row.Fence + 1).SetProperty(row => row.LeaseUntil, (long?)null),
            cancellationToken);
        Announce();
        return true;
    }
}
