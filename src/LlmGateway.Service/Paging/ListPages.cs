using LlmGateway.OpenAI;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.Service;

/// <summary>From rows to the page that the caller asked for, in OpenAI's envelope.</summary>
public static class ListPages
{
    private const string Id = "Id";
    private const string Name = "Name";

    /// <summary>
    /// The rows behind the cursor in the order of a time, and of the id among equal times: one more than the page holds, which
    /// tells whether there are more.
    /// </summary>
    /// <param name="rows">All rows. Their key is a text <c>Id</c>.</param>
    /// <param name="page">What the caller asked for.</param>
    /// <param name="time">The name of the property to order by, a whole number.</param>
    /// <param name="cursor">The last row of the page before; null for the first page.</param>
    public static IQueryable<T> Page<T>(this IQueryable<T> rows, PageQuery page, string time, (long Time, string Id)? cursor)
        where T : class
    {
        // A page that goes backwards is read from its end.
        var descending = page.Descending != (cursor is not null && page.Before is not null);
        if (cursor is var (at, id))
        {
            rows = descending
                ? rows.Where(row => EF.Property<long>(row, time) < at || (EF.Property<long>(row, time) == at && EF.Property<string>(row, Id).CompareTo(id) < 0))
                : rows.Where(row => EF.Property<long>(row, time) > at || (EF.Property<long>(row, time) == at && EF.Property<string>(row, Id).CompareTo(id) > 0));
        }

        rows = descending
            ? rows.OrderByDescending(row => EF.Property<long>(row, time)).ThenByDescending(row => EF.Property<string>(row, Id))
            : rows.OrderBy(row => EF.Property<long>(row, time)).ThenBy(row => EF.Property<string>(row, Id));
        return rows.Take(page.Limit + 1);
    }

    /// <summary>The rows behind a name, in the order of their names, which are their cursors: one more than the page holds.</summary>
    /// <param name="rows">All rows. Each has a text <c>Name</c> of its own.</param>
    /// <param name="page">What the caller asked for.</param>
    public static IQueryable<T> PageByName<T>(this IQueryable<T> rows, PageQuery page)
        where T : class => rows.PageBy(Name, page);

    /// <summary>The same in the order of their ids, which is that of time where ids begin with it.</summary>
    /// <param name="rows">All rows. Their key is a text <c>Id</c>.</param>
    /// <param name="page">What the caller asked for.</param>
    public static IQueryable<T> PageById<T>(this IQueryable<T> rows, PageQuery page)
        where T : class => rows.PageBy(Id, page);

    private static IQueryable<T> PageBy<T>(this IQueryable<T> rows, string property, PageQuery page)
        where T : class
    {
        if (page.After is { } after)
        {
            rows = page.Descending
                ? rows.Where(row => EF.Property<string>(row, property).CompareTo(after) < 0)
                : rows.Where(row => EF.Property<string>(row, property).CompareTo(after) > 0);
        }

        rows = page.Descending ? rows.OrderByDescending(row => EF.Property<string>(row, property)) : rows.OrderBy(row => EF.Property<string>(row, property));
        return rows.Take(page.Limit + 1);
    }

    /// <summary>The page that rows make, of a list that goes backwards too.</summary>
    /// <param name="rows">The page's rows as <see cref="Page"/> gives them, and one more where there are more.</param>
    /// <param name="page">What the caller asked for.</param>
    /// <param name="show">A row on the wire.</param>
    /// <param name="idOfRow">What <c>after</c> and <c>before</c> name a row by.</param>
    public static ListPage<TView> ToPage<TRow, TView>(this IReadOnlyList<TRow> rows, PageQuery page, Func<TRow, TView> show, Func<TRow, string> idOfRow)
    {
        var shown = page.Before is null ? rows : [.. rows.Take(page.Limit).Reverse()];
        return shown.ToPage(page.Limit, show, idOfRow) with { HasMore = rows.Count > page.Limit };
    }

    /// <summary>The page that rows make.</summary>
    /// <param name="rows">The page's rows in order, and one more where there are more.</param>
    /// <param name="limit">How many the page holds.</param>
    /// <param name="show">A row on the wire.</param>
    /// <param name="idOfRow">What <c>after</c> names a row by.</param>
    public static ListPage<TView> ToPage<TRow, TView>(this IReadOnlyList<TRow> rows, int limit, Func<TRow, TView> show, Func<TRow, string> idOfRow)
    {
        var shown = Math.Min(rows.Count, limit);
        return new ListPage<TView>
        {
            Data = [.. rows.Take(shown).Select(show)],
            FirstId = shown == 0 ? null : idOfRow(rows[0]),
            LastId = shown == 0 ? null : idOfRow(rows[shown - 1]),
            HasMore = rows.Count > shown,
        };
    }

    /// <summary>The same page with its entries shown in another way.</summary>
    public static ListPage<TView> Select<TRow, TView>(this ListPage<TRow> page, Func<TRow, TView> show) => new()
    {
        Data = [.. page.Data.Select(show)],
        FirstId = page.FirstId,
        LastId = page.LastId,
        HasMore = page.HasMore,
    };
}
