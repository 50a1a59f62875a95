using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace LlmGateway.Service;

/// <summary>OpenAI's list parameters, checked: <c>limit</c>, <c>order</c>, <c>after</c>.</summary>
public sealed record PageQuery(int Limit, bool Descending, string? After)
{
    public const int DefaultLimit = 20;
    public const int MaxLimit = 100;

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
        return new PageQuery(limit, descending, after.Length == 0 ? null : after);
    }
}
