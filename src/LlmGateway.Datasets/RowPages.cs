using LlmGateway.Datasets.Inferences;
using LlmGateway.OpenAI;
using LlmGateway.Service;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.Datasets;

/// <summary>A row that is listed by an id of <see cref="RowIds"/>.</summary>
internal interface IListedRow
{
    string Id { get; }
}

/// <summary>Pages of rows in the order of their ids, which is that of time.</summary>
internal static class RowPages
{
    /// <summary>One page of those rows that pass, in OpenAI's envelope.</summary>
    /// <param name="rows">All rows that the caller may see; <c>after</c> is looked for among them.</param>
    /// <param name="filter">Leaves those that are to be listed.</param>
    /// <param name="page">Limit, order and cursor.</param>
    /// <param name="show">A row on the wire.</param>
    /// <param name="cancellationToken">Ends the query.</param>
    /// <exception cref="ApiException"><c>after</c> names nothing (400).</exception>
    public static async Task<ListPage<TView>> PageAsync<TRow, TView>(
        this IQueryable<TRow> rows, Func<IQueryable<TRow>, IQueryable<TRow>> filter, PageQuery page, Func<TRow, TView> show, CancellationToken cancellationToken)
        where TRow : class, IListedRow
    {
        var passing = filter(rows);
        if (page.After is { } after)
        {
            if (!await rows.AnyAsync(row => row.Id == after, cancellationToken))
            {
                throw InferenceLookup.UnknownAfter(after);
            }

            passing = page.Descending ? passing.Where(row => string.Compare(row.Id, after) < 0) : passing.Where(row => string.Compare(row.Id, after) > 0);
        }

        passing = page.Descending ? passing.OrderByDescending(row => row.Id) : passing.OrderBy(row => row.Id);
        var found = await passing.Take(page.Limit + 1).ToListAsync(cancellationToken);
        return found.ToPage(page.Limit, show, row => row.Id);
    }
}
