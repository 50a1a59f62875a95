using LlmGateway.Evaluation.Storage;
using LlmGateway.Service;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace LlmGateway.Evaluation.Experiments;

/// <summary>Lets each experiment that runs be looked at by one process at a time.</summary>
internal sealed class ExperimentWorker(IServiceScopeFactory scopes, IOptions<EvaluationOptions> options, TimeProvider time, ILogger<ExperimentWorker> logger)
    : LeasedWorker<EvaluationDbContext, ExperimentWatch>(scopes, options.Value.Leases, time, logger)
{
    protected override IReadOnlyCollection<string> OpenStatuses { get; } = [WatchStatus.Running];

    /// <summary>Shorter than the interval, so that no tick finds the row still resting.</summary>
    protected override TimeSpan Rest => options.Value.Experiments.Interval / 2;

    protected override Task WorkAsync(IServiceProvider services, ExperimentWatch row, Lease lease, CancellationToken cancellationToken) =>
        services.GetRequiredService<ExperimentTick>().RunAsync(row, lease, cancellationToken);
}
