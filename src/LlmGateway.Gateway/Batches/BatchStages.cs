using LlmGateway.Gateway.Storage;
using LlmGateway.Service;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Query;

namespace LlmGateway.Gateway.Batches;

/// <summary>From one stage to the next. Where the row has moved on, by a cancellation or to another worker, nothing is written: who reads it again sees it.</summary>
internal static class BatchStages
{
    public static Task MoveAsync(
        GatewayDbContext store, Lease lease, string from, Action<UpdateSettersBuilder<Batch>> set, CancellationToken cancellationToken) =>
        store.Batches.HeldBy(lease).Where(row => row.Status == from).ExecuteUpdateAsync(set, cancellationToken);

    /// <summary>No more calls are made, and what was done is written out.</summary>
    public static Task FailAsync(
        GatewayDbContext store, Lease lease, string from, List<BatchError> errors, TimeProvider time, CancellationToken cancellationToken) =>
        EndAsync(store, lease, from, BatchEnding.Failed, errors, time, cancellationToken);

    /// <inheritdoc cref="FailAsync"/>
    public static Task EndAsync(
        GatewayDbContext store, Lease lease, string from, string ending, List<BatchError>? errors, TimeProvider time, CancellationToken cancellationToken) =>
        MoveAsync(
            store,
            lease,
            from,
            set => set.SetProperty(row => row.Status, BatchStage.Finalizing)
                .SetProperty(row => row.Ending, ending)
                .SetProperty(row => row.FinalizingAt, time.NowMicros())
                .SetProperty(row => row.Errors, errors is null ? null : BatchErrors.Write(errors)),
            cancellationToken);
}
