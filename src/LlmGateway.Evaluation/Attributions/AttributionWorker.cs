using LlmGateway.Evaluation.Runs;
using LlmGateway.Evaluation.Storage;
using LlmGateway.Service;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace LlmGateway.Evaluation.Attributions;

/// <summary>Takes attributions and moves them on.</summary>
internal sealed class AttributionWorker(IServiceScopeFactory scopes, IOptions<EvaluationOptions> options, TimeProvider time, ILogger<AttributionWorker> logger)
    : LeasedWorker<EvaluationDbContext, Attribution>(scopes, options.Value.Leases, time, logger)
{
    protected override IReadOnlyCollection<string> OpenStatuses => RunStatus.Open;

    protected override Task WorkAsync(IServiceProvider services, Attribution row, Lease lease, CancellationToken cancellationToken) =>
        services.GetRequiredService<AttributionExecutor>().ExecuteAsync(row, lease, cancellationToken);
}
