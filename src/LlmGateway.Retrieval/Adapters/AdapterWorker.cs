using LlmGateway.Retrieval.Evaluations;
using LlmGateway.Retrieval.Storage;
using LlmGateway.Service;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace LlmGateway.Retrieval.Adapters;

/// <summary>Takes adapters that are to be trained.</summary>
internal sealed class AdapterWorker(IServiceScopeFactory scopes, IOptions<RetrievalOptions> options, TimeProvider time, ILogger<AdapterWorker> logger)
    : LeasedWorker<RetrievalDbContext, RetrievalAdapter>(scopes, options.Value.Leases, time, logger)
{
    protected override IReadOnlyCollection<string> OpenStatuses => WorkStatus.Open;

    protected override Task WorkAsync(IServiceProvider services, RetrievalAdapter row, Lease lease, CancellationToken cancellationToken) =>
        services.GetRequiredService<AdapterTrainer>().ExecuteAsync(row, lease, cancellationToken);
}
