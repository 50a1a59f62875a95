using System.Globalization;
using LlmGateway.Gateway.Models;
using LlmGateway.Gateway.Requests;
using Microsoft.AspNetCore.Http;

namespace LlmGateway.Gateway.Caching;

/// <summary>What may be read from the cache and written to it for one request.</summary>
/// <param name="Read">Serve a stored answer.</param>
/// <param name="Write">Store the answer.</param>
/// <param name="MaxAge">Oldest stored answer that the caller accepts; null for any.</param>
internal readonly record struct CacheDirectives(bool Read, bool Write, TimeSpan? MaxAge)
{
    public const string NamespaceHeader = "x-llmgateway-cache-namespace";

    /// <summary>
    /// The route's policy, then the caller's <c>Cache-Control</c>: <c>max-age</c> opts in, <c>no-store</c> out, and
    /// <c>no-cache</c> asks for a fresh answer, which is then stored.
    /// </summary>
    public static CacheDirectives For(HttpRequest request, RequestScan scan, Operation operation, Deployment deployment)
    {
        var header = request.Headers.CacheControl.ToString();
        var allowed = deployment.Cache switch
        {
            CachePolicy.Off => false,
            CachePolicy.All => true,
            _ => operation == Operation.Embeddings || scan.Temperature == 0 || scan.HasSeed,
        };
        TimeSpan? maxAge = null;
        var noCache = false;
        foreach (var part in header.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (part.Equals("no-store", StringComparison.OrdinalIgnoreCase))
            {
                return default;
            }

            if (part.Equals("no-cache", StringComparison.OrdinalIgnoreCase))
            {
                noCache = true;
            }
            else if (part.StartsWith("max-age=", StringComparison.OrdinalIgnoreCase)
                && long.TryParse(part.AsSpan(8), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds))
            {
                maxAge = TimeSpan.FromSeconds(Math.Min(seconds, int.MaxValue));
                allowed |= deployment.Cache != CachePolicy.Off;
            }
        }

        return new CacheDirectives(allowed && !noCache, allowed, maxAge);
    }
}
