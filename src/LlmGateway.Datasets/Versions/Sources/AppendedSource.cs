using System.Runtime.CompilerServices;
using LlmGateway.Datasets.Storage;

namespace LlmGateway.Datasets.Versions.Sources;

/// <summary>The items of a version and then those of another source. An id is there once: of two the first is kept, or the other source's.</summary>
/// <param name="context">The store.</param>
/// <param name="version">What the items are added to; null for nothing.</param>
/// <param name="more">The other source, which is read twice where it replaces.</param>
/// <param name="replace">Whether it takes the place of what is there.</param>
internal sealed class AppendedSource(DatasetsDbContext context, DatasetVersion? version, IItemSource more, bool replace) : IItemSource
{
    public async IAsyncEnumerable<ItemDraft> ReadAsync(DropCounts dropped, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var hash = new ItemHash();
        var newer = replace ? await IdsAsync(hash, cancellationToken) : [];
        var there = new HashSet<string>(StringComparer.Ordinal);
        await foreach (var item in OldAsync(cancellationToken).Where(item => !newer.Contains(item.ItemId)))
        {
            there.Add(item.ItemId);
            yield return item.ToDraft() with { Split = item.Split };
        }

        await foreach (var draft in more.ReadAsync(dropped, cancellationToken))
        {
            var id = IdOf(draft, hash);
            if (there.Add(id))
            {
                yield return draft with { Id = id };
            }
            else
            {
                dropped.Add(DropCounts.AlreadyThere);
            }
        }
    }

    private async Task<HashSet<string>> IdsAsync(ItemHash hash, CancellationToken cancellationToken)
    {
        var ids = new HashSet<string>(StringComparer.Ordinal);
        await foreach (var draft in more.ReadAsync(new DropCounts(), cancellationToken))
        {
            ids.Add(IdOf(draft, hash));
        }

        return ids;
    }

    private IAsyncEnumerable<DatasetItem> OldAsync(CancellationToken cancellationToken) => version is null
        ? AsyncEnumerable.Empty<DatasetItem>()
        : context.ItemsOf(version, null).InPages(cancellationToken).SelectMany(page => page);

    private static string IdOf(ItemDraft draft, ItemHash hash) => draft.Id ?? ItemNames.IdOf(hash.OfInput(draft.Input));
}
