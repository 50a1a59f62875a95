using System.Text;
using LlmGateway.Gateway.Models;
using LlmGateway.Gateway.Requests;
using LlmGateway.Service;
using Microsoft.AspNetCore.Http;

namespace LlmGateway.Gateway.Caching;

/// <summary>What may be read from the cache and written to it for one request.</summary>
/// <param name="Read">Serve a stored answer.</param>
/// <param name="Write">Store the answer.</param>
/// <param name="MaxAge">Oldest stored answer that the caller accepts; null for any.</param>
/// <param name="Reason">Why nothing is read, in one word; null where it is.</param>
internal readonly record struct CacheDirectives(bool Read, bool Write, TimeSpan? MaxAge, string? Reason = null)
{
    private const string NamespaceHeader = "x-llmgateway-cache-namespace";
    private const int MaxNamespace = 128;

    /// <summary>
    /// The route's policy, then the caller's <c>Cache-Control</c>: <c>max-age</c> opts in, <c>no-store</c> out, and
    /// <c>no-cache</c> asks for a fresh answer, which is then stored.
    /// </summary>
    public static CacheDirectives For(HttpRequest request, RequestScan scan, Operation operation, Deployment deployment)
    {
        var control = CacheControl.Read(request);
        if (control.NoStore)
        {
            return new CacheDirectives(Read: false, Write: false, null, "no_store");
        }

        var allowed = deployment.Cache switch
        {
            CachePolicy.Off => false,
            CachePolicy.All => true,
            _ => operation == Operation.Embeddings || scan.Temperature == 0 || scan.HasSeed || control.MaxAge is not null,
        };
        var reason = deployment.Cache == CachePolicy.Off ? "policy_off" : !allowed ? "not_deterministic" : control.NoCache ? "no_cache" : null;
        return new CacheDirectives(reason is null, allowed, control.MaxAge, reason);
    }

    /// <summary>Lets a caller keep repetitions apart.</summary>
    public static string ReadNamespace(HttpRequest request)
    {
        var value = request.Headers[NamespaceHeader].ToString();
        return Encoding.UTF8.GetByteCount(value) <= MaxNamespace
            ? value
            : throw new ApiException(ApiErrors.BadRequest($"'{NamespaceHeader}' may have at most {MaxNamespace} bytes.", NamespaceHeader));
    }
}
