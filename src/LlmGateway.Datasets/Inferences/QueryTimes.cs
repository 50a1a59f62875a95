using System.Globalization;
using LlmGateway.Service;
using Microsoft.AspNetCore.Http;

namespace LlmGateway.Datasets.Inferences;

/// <summary>Times in a query, as Unix seconds or ISO 8601, and in the store, as Unix microseconds.</summary>
internal static class QueryTimes
{
    private const int MicrosPerMilli = 1000;

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
            ? Math.Min(seconds, MaxSeconds + 1) * 1_000_000
            // A '+' that was not escaped arrives as a space.
            : DateTimeOffset.TryParse(text.Replace(' ', '+'), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
                ? FromTime(time)
                : (long?)null;
        return micros is { } found and <= MaxSeconds * 1_000_000
            ? found
            : throw new ApiException(ApiErrors.BadRequest($"Invalid '{name}': expected Unix seconds or an ISO 8601 time.", name));
    }

    public static long FromTime(DateTimeOffset time) => (time.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks) / TimeSpan.TicksPerMicrosecond;

    /// <summary>A UTC time, which JSON writes in ISO 8601.</summary>
    public static DateTime ToTime(long micros) => DateTime.UnixEpoch.AddTicks(micros * TimeSpan.TicksPerMicrosecond);

    /// <summary>Unix seconds, as OpenAI writes times.</summary>
    public static long ToSeconds(long micros) => micros / 1_000_000;

    public static double ToMillis(long micros) => micros / (double)MicrosPerMilli;
}
