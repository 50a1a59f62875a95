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
        if (page.After is { } after && !await rows.AnyAsync(row => row.Id == after, cancellationToken))
        {
            throw InferenceLookup.UnknownAfter(after);
        }

        var found = await filter(rows).PageById(page).ToListAsync(cancellationToken);
        return found.ToPage(page.Limit, show, row => row.Id);
    }
}
