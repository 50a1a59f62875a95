using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace LlmGateway.Service;

/// <summary>Whether a stored answer is asked for as its events, and from where on.</summary>
/// <param name="Stream"><c>stream</c>.</param>
/// <param name="StartingAfter"><c>starting_after</c>: the number of the last event that the caller has; null for none.</param>
public readonly record struct StreamQuery(bool Stream, long? StartingAfter)
{
    /// <exception cref="ApiException">One of the two is malformed (400).</exception>
    public static StreamQuery Read(IQueryCollection query) => new(
        query["stream"].ToString() switch
        {
            "" or "false" => false,
            "true" => true,
            _ => throw new ApiException(ApiErrors.BadRequest("Invalid 'stream': expected 'true' or 'false'.", "stream")),
        },
        ReadStart(query));

    private static long? ReadStart(IQueryCollection query)
    {
        if (!query.TryGetValue("starting_after", out var text))
        {
            return null;
        }

        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new ApiException(ApiErrors.BadRequest("Invalid 'starting_after': expected the sequence_number of an event.", "starting_after"));
    }
}
