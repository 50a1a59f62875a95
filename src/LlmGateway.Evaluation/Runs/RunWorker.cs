using LlmGateway.Evaluation.Storage;
using LlmGateway.Service;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace LlmGateway.Evaluation.Runs;

/// <summary>Takes runs and executes them.</summary>
internal sealed class RunWorker(IServiceScopeFactory scopes, IOptions<EvaluationOptions> options, TimeProvider time, ILogger<RunWorker> logger)
    : LeasedWorker<EvaluationDbContext, Run>(scopes, options.Value.Leases, time, logger)
{
    protected override IReadOnlyCollection<string> OpenStatuses => RunStatus.Open;

    protected override Task WorkAsync(IServiceProvider services, Run row, Lease lease, CancellationToken cancellationToken) =>
        services.GetRequiredService<RunExecutor>().ExecuteAsync(row, lease, cancellationToken);
}
