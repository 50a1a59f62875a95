using System.Runtime.CompilerServices;
using LlmGateway.Datasets.Storage;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.Datasets.Versions.Exports;

/// <summary>A version's items, page by page: no more than a page is in memory.</summary>
internal static class ItemPages
{
    private const int PageItems = 200;

    /// <param name="context">The store.</param>
    /// <param name="version">The version.</param>
    /// <param name="split">Null for all.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public static async IAsyncEnumerable<IReadOnlyList<ItemContent>> PagesOf(
        this DatasetsDbContext context, DatasetVersion version, string? split, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (var after = -1; ;)
        {
            var last = after;
            var page = await context.ItemsOf(version, split).Where(item => item.Place > last).OrderBy(item => item.Place).Take(PageItems).ToListAsync(cancellationToken);
            if (page.Count == 0)
            {
                yield break;
            }

            yield return page.ConvertAll(item => new ItemContent(item));
            after = page[^1].Place;
        }
    }
}
