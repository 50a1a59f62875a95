using System.Text.Json.Nodes;
using LlmGateway.Gateway.Storage;
using LlmGateway.Messaging.Events;
using LlmGateway.Service;
using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.Gateway.Batches;

/// <summary>Carries a batch from where it stands to its end.</summary>
internal sealed class BatchRun(GatewayDbContext store, BatchValidation validation, BatchExecution execution, BatchOutput output, IBus bus, TimeProvider time)
{
    /// <summary>Workers that may die of a batch before any of its requests has a result.</summary>
    private const int MaxAttempts = 5;

    /// <summary>How long one message goes on trying to leave.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public async Task ToEndAsync(Batch batch, Lease lease, CancellationToken cancellationToken)
    {
        while (batch.Status != BatchStage.Done)
        {
            await GoOnAsync(batch, lease, cancellationToken);
            batch = await store.Batches.AsNoTracking().HeldBy(lease).SingleOrDefaultAsync(cancellationToken) ?? throw new LeaseLostException(lease);
        }
    }

    private async Task GoOnAsync(Batch batch, Lease lease, CancellationToken cancellationToken)
    {
        try
        {
            await StepAsync(batch, lease, cancellationToken);
        }
        catch (BatchFailedException exception)
        {
            await BatchStages.FailAsync(store, lease, batch.Status, [exception.Error], time, cancellationToken);
        }
    }

    private Task StepAsync(Batch batch, Lease lease, CancellationToken cancellationToken) => batch.Status switch
    {
        BatchStage.Validating or BatchStage.InProgress when batch.Attempt > MaxAttempts =>
            throw new BatchFailedException("worker_lost", $"The gateway that worked on the batch ended {MaxAttempts} times without getting on with it."),
        BatchStage.Validating => validation.RunAsync(batch, lease, cancellationToken),
        BatchStage.InProgress => execution.RunAsync(batch, lease, cancellationToken),
        BatchStage.Announcing => AnnounceAsync(batch, lease, cancellationToken),
        _ => output.WriteAsync(batch, lease, cancellationToken),
    };

    /// <summary>Publishes OpenAI's event; again, with the same id, if its process died before it wrote that down.</summary>
    private async Task AnnounceAsync(Batch batch, Lease lease, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        var happened = new PublicEvent(
            $"evt_{batch.LogId:N}", $"batch.{batch.Ending}", UnixMicros.ToSeconds(batch.EndedAt!.Value), batch.ProjectId, new JsonObject { ["id"] = batch.Id });
        await bus.PublishEventAsync(happened, patience.Token);
        CrashPoint.Reach("gateway.batch.announced");
        await store.WriteAsync<Batch>(
            lease,
            async token =>
            {
                // The files have them now.
                await store.BatchResults.Where(row => row.BatchId == batch.Id).ExecuteDeleteAsync(token);
                await store.Batches.Where(row => row.Id == batch.Id).ExecuteUpdateAsync(set => set.SetProperty(row => row.Status, BatchStage.Done), token);
            },
            cancellationToken);
    }
}
