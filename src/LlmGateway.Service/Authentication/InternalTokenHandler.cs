using System.Net.Http.Headers;

namespace LlmGateway.Service;

/// <summary>Puts an internal token on a service's calls of another service: its own, or one that speaks for a caller.</summary>
public sealed class InternalTokenHandler(InternalToken tokens) : DelegatingHandler
{
    /// <summary>The caller for whom a request is made; without it the service speaks for itself.</summary>
    public static readonly HttpRequestOptionsKey<Caller> OnBehalfOf = new("llmgateway.caller");

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        request.Headers.Authorization ??= new AuthenticationHeaderValue(
            "Bearer", request.Options.TryGetValue(OnBehalfOf, out var caller) ? tokens.IssueFor(caller) : tokens.IssueForService());
        return base.SendAsync(request, cancellationToken);
    }
}
