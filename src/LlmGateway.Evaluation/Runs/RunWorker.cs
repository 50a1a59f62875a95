using LlmGateway.Evaluation.Storage;
using LlmGateway.Service;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace LlmGateway.Evaluation.Runs;

/// <summary>Takes new runs and loads their items.</summary>
internal sealed class RunWorker(IServiceScopeFactory scopes, IOptions<EvaluationOptions> options, TimeProvider time, ILogger<RunWorker> logger)
    : LeasedWorker<EvaluationDbContext, Run>(scopes, options.Value.Leases, time, logger)
{
    protected override IReadOnlyCollection<string> OpenStatuses { get; } = [RunStatus.Queued];

    protected override Task WorkAsync(IServiceProvider services, Run row, Lease lease, CancellationToken cancellationToken) =>
        services.GetRequiredService<RunStart>().ExecuteAsync(row, lease, cancellationToken);
}
