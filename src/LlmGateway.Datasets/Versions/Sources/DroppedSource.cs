using System.Runtime.CompilerServices;
using LlmGateway.Datasets.Storage;

namespace LlmGateway.Datasets.Versions.Sources;

/// <summary>What curation left out of a version, as it was, so that it comes back.</summary>
/// <param name="context">The store.</param>
/// <param name="version">The version.</param>
/// <param name="reasons">For which reasons; null for all.</param>
internal sealed class DroppedSource(DatasetsDbContext context, DatasetVersion version, IReadOnlyList<string>? reasons) : IItemSource
{
    public async IAsyncEnumerable<ItemDraft> ReadAsync(DropCounts dropped, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var drops = context.DropsOf(version);
        drops = reasons is null ? drops : drops.Where(drop => reasons.Contains(drop.Reason));
        await foreach (var page in drops.InPages(cancellationToken))
        {
            foreach (var drop in page)
            {
                yield return drop.ToDraft();
            }
        }
    }
}
