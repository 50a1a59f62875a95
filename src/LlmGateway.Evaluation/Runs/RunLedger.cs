using LlmGateway.Evaluation.Storage;
using LlmGateway.Service;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.Evaluation.Runs;

/// <summary>Writes a run's progress: items and the totals that count them in one transaction, under the run's lease.</summary>
internal sealed class RunLedger(EvaluationDbContext store, Lease lease, RunTotals totals)
{
    private int _failedSamples;

    public RunTotals Totals { get; set; } = totals;

    /// <summary>The status that the run ended with; null until then.</summary>
    public string? EndedAs { get; private set; }

    public Task BeginAsync(CancellationToken cancellationToken) => SetAsync(RunStatus.InProgress, null, null, cancellationToken);

    public async Task WriteAsync(IReadOnlyList<(OutputItem Item, ItemOutcome Outcome)> batch, RunPlan plan, CancellationToken cancellationToken)
    {
        foreach (var (item, outcome) in batch)
        {
            Apply(item, outcome, plan);
        }

        await store.WriteAsync<Run>(
            lease,
            async token =>
            {
                await store.SaveChangesAsync(token);
                await SaveTotalsAsync(token);
            },
            cancellationToken);
        store.ChangeTracker.Clear();
        CrashPoint.Reach("evaluation.batch.after");
    }

    /// <summary>Ends the run well, or as failed where not one sample could be had.</summary>
    public Task CompleteAsync(CancellationToken cancellationToken) => Totals.Sampled == 0 && _failedSamples > 0
        ? FailAsync("sampling_failed", $"Not one of {Totals.Total} samples could be had; each item tells why.", cancellationToken)
        : EndAsync(RunStatus.Completed, null, null, cancellationToken);

    public Task FailAsync(string code, string message, CancellationToken cancellationToken) => EndAsync(RunStatus.Failed, code, message, cancellationToken);

    private void Apply(OutputItem item, ItemOutcome outcome, RunPlan plan)
    {
        var entry = store.OutputItems.Attach(item);
        item.Status = outcome.Status;
        item.Sample = RunJson.WriteSample(outcome, plan);
        item.Results = RunJson.Write(outcome.Grades.Select(pair => ItemResult.Of(pair.Grader, pair.Grade)));
        entry.Property(row => row.Status).IsModified = true;
        entry.Property(row => row.Sample).IsModified = true;
        entry.Property(row => row.Results).IsModified = true;
        Totals.Add(outcome);
        _failedSamples += outcome.Fault is null ? 0 : 1;
    }

    private Task<int> SaveTotalsAsync(CancellationToken cancellationToken)
    {
        var json = RunJson.Write(Totals);
        return store.Runs.HeldBy(lease).ExecuteUpdateAsync(set => set.SetProperty(row => row.Totals, json), cancellationToken);
    }

    private async Task EndAsync(string status, string? code, string? message, CancellationToken cancellationToken)
    {
        await SetAsync(status, code, message, cancellationToken);
        EndedAs = status;
    }

    private Task SetAsync(string status, string? code, string? message, CancellationToken cancellationToken) => store.WriteAsync<Run>(
        lease,
        token => store.Runs.HeldBy(lease).ExecuteUpdateAsync(
            set => set.SetProperty(row => row.Status, status).SetProperty(row => row.ErrorCode, code).SetProperty(row => row.ErrorMessage, message), token),
        cancellationToken);
}
