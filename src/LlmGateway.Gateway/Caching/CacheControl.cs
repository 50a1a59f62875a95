using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace LlmGateway.Gateway.Caching;

/// <summary>What a request's <c>Cache-Control</c> says to caches of answers.</summary>
/// <param name="NoStore">Neither read nor write.</param>
/// <param name="NoCache">Do not read; a fresh answer is written.</param>
/// <param name="MaxAge">Oldest stored answer that the caller accepts; null for any.</param>
internal readonly record struct CacheControl(bool NoStore, bool NoCache, TimeSpan? MaxAge)
{
    public static CacheControl Read(HttpRequest request)
    {
        var control = default(CacheControl);
        foreach (var part in request.Headers.CacheControl.ToString().Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (part.Equals("no-store", StringComparison.OrdinalIgnoreCase))
            {
                control = control with { NoStore = true };
            }
            else if (part.Equals("no-cache", StringComparison.OrdinalIgnoreCase))
            {
                control = control with { NoCache = true };
            }
            else if (part.StartsWith("max-age=", StringComparison.OrdinalIgnoreCase)
                && long.TryParse(part.AsSpan(8), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds))
            {
                control = control with { MaxAge = TimeSpan.FromSeconds(Math.Min(seconds, int.MaxValue)) };
            }
        }

        return control;
    }
}
