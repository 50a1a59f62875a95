using LlmGateway.Evaluation.Sources;
using LlmGateway.Evaluation.Storage;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.Evaluation.Runs;

/// <summary>
/// Deletes runs with their batches and outputs, in the order in which workers take the rows: by the database's own cascade, which
/// begins with the run, the two would wait for each other.
/// </summary>
internal sealed class RunDeletion(EvaluationDbContext store, RunEnding ending, RunVersions versions)
{
    /// <param name="runs">Runs of the caller's project.</param>
    /// <param name="cancellationToken">Ends the deletion; a transaction has all of a run or nothing.</param>
    public async Task DeleteAsync(IQueryable<Run> runs, CancellationToken cancellationToken)
    {
        // Whoever loads or retries one writes nothing more.
        foreach (var open in await runs.Where(run => RunStatus.Open.Contains(run.Status)).Select(run => run.Id).ToListAsync(cancellationToken))
        {
            await ending.CancelAsync(open, cancellationToken);
        }

        await ReleaseAsync(runs, cancellationToken);
        await using var transaction = await store.Database.BeginTransactionAsync(cancellationToken);
        await store.Batches.Where(batch => runs.Any(run => run.Id == batch.RunId)).ExecuteDeleteAsync(cancellationToken);
        await store.OutputItems.Where(output => runs.Any(run => run.Id == output.RunId)).ExecuteDeleteAsync(cancellationToken);
        await runs.ExecuteDeleteAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>Before they are deleted: a deletion that is cut short is asked for again, and a version that nobody reads would stay for ever.</summary>
    private async Task ReleaseAsync(IQueryable<Run> runs, CancellationToken cancellationToken)
    {
        var readers = await runs.Where(run => run.DataSource.Contains("dataset_id")).Select(run => new { run.ProjectId, run.Id }).ToListAsync(cancellationToken);
        foreach (var project in readers.GroupBy(run => run.ProjectId, run => run.Id))
        {
            await versions.ReleaseAsync(project.Key, project, cancellationToken);
        }
    }
}
