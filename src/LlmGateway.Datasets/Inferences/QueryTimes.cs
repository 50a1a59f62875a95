using System.Globalization;
using LlmGateway.Service;
using Microsoft.AspNetCore.Http;

namespace LlmGateway.Datasets.Inferences;

/// <summary>Times in a query, as Unix seconds or ISO 8601.</summary>
internal static class QueryTimes
{
    /// <summary>The year 9000: calendar arithmetic stays in range beyond it.</summary>
    private const long MaxSeconds = 221_845_392_000;

    /// <summary>The parameter in Unix microseconds, or null if it is absent.</summary>
    /// <exception cref="ApiException">It is no time (400).</exception>
    public static long? ReadMicros(IQueryCollection query, string name)
    {
        var text = query[name].ToString();
        return text.Length == 0 ? null : ParseMicros(text, name);
    }

    /// <summary>A time in Unix microseconds.</summary>
    /// <exception cref="ApiException">It is none (400).</exception>
    public static long ParseMicros(string text, string name)
    {
        var micros = long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            ? UnixMicros.OfSeconds(Math.Min(seconds, MaxSeconds + 1))
            // A '+' that was not escaped arrives as a space.
            : DateTimeOffset.TryParse(text.Replace(' ', '+'), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
                ? UnixMicros.Of(time)
                : (long?)null;
        return micros is { } found && found <= UnixMicros.OfSeconds(MaxSeconds)
            ? found
            : throw new ApiException(ApiErrors.BadRequest($"Invalid '{name}': expected Unix seconds or an ISO 8601 time.", name));
    }
}
