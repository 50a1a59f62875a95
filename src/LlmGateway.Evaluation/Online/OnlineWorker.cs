using LlmGateway.Evaluation.Storage;
using LlmGateway.Service;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace LlmGateway.Evaluation.Online;

/// <summary>Lets each rule look at the log from time to time, one process at a time.</summary>
internal sealed class OnlineWorker(IServiceScopeFactory scopes, IOptions<EvaluationOptions> options, TimeProvider time, ILogger<OnlineWorker> logger)
    : LeasedWorker<EvaluationDbContext, OnlineRule>(scopes, options.Value.Leases, time, logger)
{
    protected override IReadOnlyCollection<string> OpenStatuses { get; } = [OnlineStatus.Enabled, OnlineStatus.Disabled];

    protected override TimeSpan Rest => options.Value.OnlineInterval;

    protected override Task WorkAsync(IServiceProvider services, OnlineRule row, Lease lease, CancellationToken cancellationToken) =>
        services.GetRequiredService<OnlineTick>().RunAsync(row, lease, cancellationToken);
}
