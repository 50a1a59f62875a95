using LlmGateway.FineTuning.Storage;
using LlmGateway.Service;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace LlmGateway.FineTuning.Improvements;

/// <summary>Works on the improvements: one step at a time, and rests while what a step waits for goes on elsewhere.</summary>
internal sealed class ImprovementWorker(IServiceScopeFactory scopes, IOptions<FineTuningOptions> options, TimeProvider time, ILogger<ImprovementWorker> logger)
    : LeasedWorker<FineTuningDbContext, Improvement>(scopes, options.Value.Leases, time, logger)
{
    protected override IReadOnlyCollection<string> OpenStatuses => ImprovementStage.Open;

    protected override TimeSpan Rest => options.Value.FirstPoll;

    protected override Task WorkAsync(IServiceProvider services, Improvement row, Lease lease, CancellationToken cancellationToken) =>
        services.GetRequiredService<ImprovementRun>().AdvanceAsync(row, lease, cancellationToken);
}
