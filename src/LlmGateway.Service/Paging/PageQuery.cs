using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace LlmGateway.Service;

/// <summary>OpenAI's list parameters, checked: <c>limit</c> 1–100 (default 20), <c>order</c>, <c>after</c>.</summary>
public sealed record PageQuery(int Limit, bool Descending, string? After)
{
    public const int DefaultLimit = 20;
    public const int MaxLimit = 100;

    /// <summary>Binds from the query string.</summary>
    /// <exception cref="ApiException">A parameter is out of range (400).</exception>
    public static PageQuery Read(IQueryCollection query, bool descendingByDefault)
    {
        var limit = DefaultLimit;
        if (query.TryGetValue("limit", out var text)
            && (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out limit) || limit is < 1 or > MaxLimit))
        {
            throw new ApiException(ApiErrors.BadRequest($"Invalid 'limit': expected an integer from 1 to {MaxLimit}.", "limit"));
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
