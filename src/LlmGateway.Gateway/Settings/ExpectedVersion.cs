using System.Globalization;
using LlmGateway.Service;
using Microsoft.AspNetCore.Http;

namespace LlmGateway.Gateway.Settings;

/// <summary>The version of a setting that a change is based on: where another change came between, nothing is changed.</summary>
internal static class ExpectedVersion
{
    /// <summary>As a deletion tells it.</summary>
    /// <returns>Null when it is not told: the deletion holds for whatever is there.</returns>
    /// <exception cref="ApiException">400: it is no number.</exception>
    public static long? Read(IQueryCollection query) =>
        !query.TryGetValue("version", out var text) ? null
        : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version
        : throw new ApiException(ApiErrors.BadRequest("Invalid 'version': expected an integer.", "version"));

    /// <param name="kind">What it is, for people: <c>alias</c>.</param>
    /// <param name="current">Its version; 0 when it does not exist.</param>
    /// <param name="expected">Null for any.</param>
    /// <exception cref="ApiException">409: it is at another version.</exception>
    public static void Check(string kind, long current, long? expected)
    {
        if (expected is not null && expected != current)
        {
            throw new ApiException(new ApiError(
                StatusCodes.Status409Conflict, "version_conflict",
                current == 0 ? $"The {kind} does not exist; version 0 makes it." : $"The {kind} is at version {current}. Get it again and repeat the change if it still applies.",
                "version"));
        }
    }
}
