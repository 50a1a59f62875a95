using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.Datasets.Versions;

/// <summary>A version's rows, page by page: no more than a page is in memory, and between pages the connection is free to write.</summary>
internal static class VersionPages
{
    private const int PageRows = 200;

    /// <param name="rows">Of one version.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public static async IAsyncEnumerable<IReadOnlyList<TRow>> InPages<TRow>(this IQueryable<TRow> rows, [EnumeratorCancellation] CancellationToken cancellationToken)
        where TRow : DatasetRow
    {
        for (var after = -1; ;)
        {
            var last = after;
            var page = await rows.Where(row => row.Place > last).OrderBy(row => row.Place).Take(PageRows).ToListAsync(cancellationToken);
            if (page.Count == 0)
            {
                yield break;
            }

            yield return page;
            after = page[^1].Place;
        }
    }
}
