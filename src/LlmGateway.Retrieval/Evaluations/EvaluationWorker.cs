using LlmGateway.Retrieval.Storage;
using LlmGateway.Service;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace LlmGateway.Retrieval.Evaluations;

/// <summary>Takes evaluations and searches query by query.</summary>
internal sealed class EvaluationWorker(IServiceScopeFactory scopes, IOptions<RetrievalOptions> options, TimeProvider time, ILogger<EvaluationWorker> logger)
    : LeasedWorker<RetrievalDbContext, RetrievalEvaluation>(scopes, options.Value.Leases, time, logger)
{
    protected override IReadOnlyCollection<string> OpenStatuses => WorkStatus.Open;

    protected override Task WorkAsync(IServiceProvider services, RetrievalEvaluation row, Lease lease, CancellationToken cancellationToken) =>
        services.GetRequiredService<EvaluationExecutor>().ExecuteAsync(row, lease, cancellationToken);
}
