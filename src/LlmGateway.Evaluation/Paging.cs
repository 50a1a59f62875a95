using LlmGateway.OpenAI;
using LlmGateway.Service;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.Evaluation;

/// <summary>Pages by a time, and by the id among equal times.</summary>
internal static class Paging
{
    private const string Id = "Id";

    /// <summary>The rows behind the cursor, one more than the page holds: it tells whether there are more.</summary>
    /// <param name="rows">All rows.</param>
    /// <param name="page">What the caller asked for.</param>
    /// <param name="time">The name of the property to order by.</param>
    /// <param name="cursor">The last row of the page before; null for the first page.</param>
    public static IQueryable<T> Page<T>(this IQueryable<T> rows, PageQuery page, string time, (long Time, string Id)? cursor)
        where T : class
    {
        if (cursor is var (at, id))
        {
            rows = page.Descending
                ? rows.Where(row => EF.Property<long>(row, time) < at || (EF.Property<long>(row, time) == at && EF.Property<string>(row, Id).CompareTo(id) < 0))
                : rows.Where(row => EF.Property<long>(row, time) > at || (EF.Property<long>(row, time) == at && EF.Property<string>(row, Id).CompareTo(id) > 0));
        }

        rows = page.Descending
            ? rows.OrderByDescending(row => EF.Property<long>(row, time)).ThenByDescending(row => EF.Property<string>(row, Id))
            : rows.OrderBy(row => EF.Property<long>(row, time)).ThenBy(row => EF.Property<string>(row, Id));
        return rows.Take(page.Limit + 1);
    }

    public static ListPage<TView> ToPage<T, TView>(this IReadOnlyList<T> rows, PageQuery page, Func<T, TView> show, Func<TView, string> id)
    {
        var data = rows.Take(page.Limit).Select(show).ToList();
        return new ListPage<TView>
        {
            Data = data,
            FirstId = data.Count == 0 ? null : id(data[0]),
            LastId = data.Count == 0 ? null : id(data[^1]),
            HasMore = rows.Count > page.Limit,
        };
    }
}
