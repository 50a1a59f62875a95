using LlmGateway.FineTuning.Storage;
using LlmGateway.FineTuning.Training;
using LlmGateway.Service;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace LlmGateway.FineTuning.Jobs;

/// <summary>Works on the jobs.</summary>
internal sealed class JobWorker(IServiceScopeFactory scopes, IOptions<FineTuningOptions> options, TimeProvider time, ILogger<JobWorker> logger)
    : LeasedWorker<FineTuningDbContext, Job>(scopes, options.Value.Leases, time, logger)
{
    protected override IReadOnlyCollection<string> OpenStatuses => JobStage.Open;

    protected override Task WorkAsync(IServiceProvider services, Job row, Lease lease, CancellationToken cancellationToken) =>
        services.GetRequiredService<JobRun>().ToEndAsync(row, lease, cancellationToken);
}
