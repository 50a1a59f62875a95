using LlmGateway.Contracts.Retrieval;
using LlmGateway.Messaging;
using LlmGateway.Retrieval.Files;
using LlmGateway.Retrieval.Storage;
using LlmGateway.Service;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace LlmGateway.Retrieval.Ingestion;

/// <summary>Works on the files that are on their way into stores.</summary>
internal sealed class IngestionWorker(IServiceScopeFactory scopes, IOptions<RetrievalOptions> options, TimeProvider time, ILogger<IngestionWorker> logger)
    : LeasedWorker<RetrievalDbContext, VectorStoreFile>(scopes, options.Value.Leases, time, logger)
{
    protected override IReadOnlyCollection<string> OpenStatuses => FileStatus.Open;

    protected override async Task WorkAsync(IServiceProvider services, VectorStoreFile row, Lease lease, CancellationToken cancellationToken)
    {
        await services.GetRequiredService<FileIngestion>().RunAsync(row, lease, cancellationToken);

        // Those that have a copy of the store bring it up to date before a search has to wait for it.
        await services.GetRequiredService<BroadcastSender>().SendAsync(new VectorStoreChanged(row.ProjectId, row.VectorStoreId));
    }
}
