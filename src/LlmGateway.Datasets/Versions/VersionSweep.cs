using LlmGateway.Datasets.Storage;
using LlmGateway.Service;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.Datasets.Versions;

/// <summary>Deletes versions whose builder died: in progress for more than a day.</summary>
internal sealed class VersionSweep(DatasetsDbContext context, TimeProvider time)
{
    private static readonly TimeSpan Age = TimeSpan.FromDays(1);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var before = RowIds.Lowest(DatasetVersion.IdPrefix, time.GetUtcNow() - Age);
        var old = await context.DatasetVersions
            .Where(row => row.Status == DatasetVersion.InProgress && string.Compare(row.Id, before) < 0)
            .Select(row => row.Id).ToListAsync(cancellationToken);
        foreach (var id in old)
        {
            await context.DeleteVersionAsync(id, cancellationToken);
        }
    }
}
