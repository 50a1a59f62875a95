using LlmGateway.Evaluation.Storage;
using LlmGateway.Service;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace LlmGateway.Evaluation.Runs.Batches;

/// <summary>Takes batches and executes them, some at a time, beside the workers of other processes.</summary>
internal sealed class BatchWorker(IServiceScopeFactory scopes, IOptions<EvaluationOptions> options, TimeProvider time, ILogger<BatchWorker> logger)
    : LeasedWorker<EvaluationDbContext, RunBatch>(scopes, options.Value.Leases, time, logger)
{
    protected override IReadOnlyCollection<string> OpenStatuses { get; } = [BatchStatus.Queued];

    protected override Task WorkAsync(IServiceProvider services, RunBatch row, Lease lease, CancellationToken cancellationToken) =>
        services.GetRequiredService<BatchExecutor>().ExecuteAsync(row, lease, cancellationToken);
}
