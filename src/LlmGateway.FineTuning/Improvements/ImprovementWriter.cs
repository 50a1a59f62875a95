using System.Text.Json.Nodes;
using LlmGateway.FineTuning.Storage;
using LlmGateway.Messaging.Events;
using LlmGateway.Service;
using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.FineTuning.Improvements;

/// <summary>What a worker writes of an improvement, as long as its lease holds.</summary>
internal sealed class ImprovementWriter(FineTuningDbContext store, IBus bus, TimeProvider time)
{
    /// <summary>Unix seconds.</summary>
    public long Now => time.GetUtcNow().ToUnixTimeSeconds();

    /// <returns>The improvement as it is now.</returns>
    /// <exception cref="LeaseLostException">Another has it, or it was cancelled; nothing is written.</exception>
    public Task<Improvement> WriteAsync(Lease lease, Action<Improvement> change, CancellationToken cancellationToken) =>
        store.ChangeAsync(lease, change, [], cancellationToken);

    /// <summary>
    /// The row may be taken again. A caller who changes it takes it from its worker by the fence, but leaves it leased until that worker has
    /// stopped: what it was making when the improvement was cancelled is there then, and is found.
    /// </summary>
    public Task FreeAsync(Lease lease) => store.Improvements
        .Where(row => row.Id == lease.RowId && row.Fence == lease.Fence + 1)
        .ExecuteUpdateAsync(set => set.SetProperty(row => row.LeaseOwner, (string?)null).SetProperty(row => row.LeaseUntil, (long?)null), CancellationToken.None);

    /// <summary>It went to its end.</summary>
    public async Task<Improvement> CompleteAsync(Improvement row, Lease lease, string outcome, Action<Improvement> change, CancellationToken cancellationToken)
    {
        await AnnounceAsync(row, ImprovementStatus.Completed, outcome, cancellationToken);
        return await WriteAsync(
            lease,
            improvement =>
            {
                change(improvement);
                improvement.Outcome = outcome;
                End(improvement, ImprovementStatus.Completed);
            },
            cancellationToken);
    }

    /// <summary>What a cancelled one had under way has ended, or cannot be ended for the reason that the error tells. It stays cancelled in either case.</summary>
    public async Task<Improvement> EndCancelledAsync(Improvement row, Lease lease, ImprovementError? error, CancellationToken cancellationToken)
    {
        await AnnounceAsync(row, ImprovementStatus.Cancelled, null, cancellationToken);
        return await WriteAsync(
            lease,
            improvement => (improvement.Status, improvement.ErrorCode, improvement.ErrorMessage) = (ImprovementStage.Done, error?.Code, error?.Message),
            cancellationToken);
    }

    /// <summary>It cannot go on; the step at which it stopped says why.</summary>
    public async Task<Improvement> FailAsync(Improvement row, Lease lease, string code, string message, CancellationToken cancellationToken)
    {
        if (row.Status == ImprovementStage.Cancelling)
        {
            return await EndCancelledAsync(row, lease, new ImprovementError(code, message), cancellationToken);
        }

        await AnnounceAsync(row, ImprovementStatus.Failed, null, cancellationToken);
        return await WriteAsync(
            lease,
            improvement =>
            {
                improvement.End(StoppedAt(improvement, row.Status), ImprovementStep.Failed, message, null, Now);
                (improvement.ErrorCode, improvement.ErrorMessage) = (code, message);
                End(improvement, ImprovementStatus.Failed);
            },
            cancellationToken);
    }

    /// <summary>The step that is under way, or else the first of the stage that has not ended well.</summary>
    private static string StoppedAt(Improvement row, string stage)
    {
        var steps = ImprovementSteps.Read(row.Steps);
        return steps.FirstOrDefault(step => step.Status == ImprovementStep.Running)?.Name
            ?? ImprovementStep.All.First(known => known.Stage == stage && steps.Single(step => step.Name == known.Name).Status != ImprovementStep.Completed).Name;
    }

    private void End(Improvement row, string status) =>
        (row.Status, row.ShownStatus, row.FinishedAt) = (ImprovementStage.Done, status, time.NowMicros());

    // Before the row says so, and by one id however often: whoever hears of it twice can tell.
    private Task AnnounceAsync(Improvement row, string status, string? outcome, CancellationToken cancellationToken) => bus.PublishEventAsync(
        new PublicEvent($"evt_{row.NameInRound}-{status}", $"improvement.{status}", Now, row.ProjectId, new JsonObject { ["id"] = row.Id, ["outcome"] = outcome }),
        cancellationToken);
}
