using LlmGateway.Datasets.Storage;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.Datasets.Versions;

internal static class VersionDeletion
{
    /// <summary>Deletes a version with its items.</summary>
    public static async Task DeleteVersionAsync(this DatasetsDbContext context, string id, CancellationToken cancellationToken)
    {
        await context.DatasetItems.Where(item => item.VersionId == id).ExecuteDeleteAsync(cancellationToken);
        await context.DatasetDrops.Where(drop => drop.VersionId == id).ExecuteDeleteAsync(cancellationToken);
        await context.DatasetUses.Where(use => use.VersionId == id).ExecuteDeleteAsync(cancellationToken);
        await context.DatasetVersions.Where(version => version.Id == id).ExecuteDeleteAsync(cancellationToken);
    }
}
