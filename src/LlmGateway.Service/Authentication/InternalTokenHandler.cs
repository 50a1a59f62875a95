using System.Net.Http.Headers;

namespace LlmGateway.Service;

/// <summary>Puts an internal token on a service's own calls of another service.</summary>
public sealed class InternalTokenHandler(InternalToken tokens) : DelegatingHandler
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        request.Headers.Authorization ??= new AuthenticationHeaderValue("Bearer", tokens.IssueForService());
        return base.SendAsync(request, cancellationToken);
    }
}
