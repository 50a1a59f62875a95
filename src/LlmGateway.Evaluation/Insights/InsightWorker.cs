using LlmGateway.Evaluation.Storage;
using LlmGateway.Service;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace LlmGateway.Evaluation.Insights;

/// <summary>Takes insights and carries them as far as they come: a row rests while its probes run.</summary>
internal sealed class InsightWorker(IServiceScopeFactory scopes, IOptions<EvaluationOptions> options, TimeProvider time, ILogger<InsightWorker> logger)
    : LeasedWorker<EvaluationDbContext, Insight>(scopes, options.Value.Leases, time, logger)
{
    protected override IReadOnlyCollection<string> OpenStatuses => InsightStatus.Open;

    protected override Task WorkAsync(IServiceProvider services, Insight row, Lease lease, CancellationToken cancellationToken) =>
        services.GetRequiredService<InsightExecutor>().ExecuteAsync(row, lease, cancellationToken);
}
