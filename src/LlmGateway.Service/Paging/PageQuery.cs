using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace LlmGateway.Service;

/// <summary>OpenAI's list parameters, checked: <c>limit</c>, <c>order</c>, <c>after</c>, and <c>before</c> for those lists that have it.</summary>
public sealed record PageQuery(int Limit, bool Descending, string? After)
{
    public const int DefaultLimit = 20;
    public const int MaxLimit = 100;

    /// <summary>The row that ends the page, where the list goes backwards; null where <see cref="After"/> is given.</summary>
    public string? Before { get; private init; }

    /// <summary>The row that the page is next to; null for the first page.</summary>
    public string? Cursor => After ?? Before;

    /// <summary>What a caller is told whose cursor is no row of the list.</summary>
    /// <param name="what">What the list is of, such as <c>file</c>.</param>
    public ApiException UnknownCursor(string what)
    {
        var param = After is null ? "before" : "after";
        return new ApiException(ApiErrors.BadRequest($"Invalid '{param}': there is no {what} '{Cursor}'.", param));
    }

    /// <summary>Binds from the query string.</summary>
    /// <param name="query">The query string.</param>
    /// <param name="descendingByDefault">The order when none is given.</param>
    /// <param name="defaultLimit">The limit when none is given.</param>
    /// <param name="maxLimit">The highest limit.</param>
    /// <exception cref="ApiException">A parameter is out of range (400).</exception>
    public static PageQuery Read(IQueryCollection query, bool descendingByDefault, int defaultLimit = DefaultLimit, int maxLimit = MaxLimit)
    {
        var limit = defaultLimit;
        if (query.TryGetValue("limit", out var text)
            && (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out limit) || limit < 1 || limit > maxLimit))
        {
            throw new ApiException(ApiErrors.BadRequest($"Invalid 'limit': expected an integer from 1 to {maxLimit}.", "limit"));
        }

        var descending = query["order"].ToString() switch
        {
            "" => descendingByDefault,
            "asc" => false,
            "desc" => true,
            _ => throw new ApiException(ApiErrors.BadRequest("Invalid 'order': expected 'asc' or 'desc'.", "order")),
        };
        var after = query["after"].ToString();
        var before = query["before"].ToString();
        return new PageQuery(limit, descending, after.Length == 0 ? null : after) { Before = after.Length == 0 && before.Length > 0 ? before : null };
    }
}
