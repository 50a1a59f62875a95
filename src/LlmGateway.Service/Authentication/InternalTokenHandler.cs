using System.Net.Http.Headers;
using Microsoft.Extensions.DependencyInjection;

namespace LlmGateway.Service;

/// <summary>Puts an internal token on a service's calls of another service: its own, or one that speaks for a caller.</summary>
public sealed class InternalTokenHandler(InternalToken tokens, string audience) : DelegatingHandler
{
    /// <summary>The caller for whom a request is made; without it the service speaks for itself.</summary>
    public static readonly HttpRequestOptionsKey<Caller> OnBehalfOf = new("llmgateway.caller");

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        request.Headers.Authorization ??= new AuthenticationHeaderValue(
            "Bearer", request.Options.TryGetValue(OnBehalfOf, out var caller) ? tokens.Issue(audience, caller) : tokens.IssueForService(audience));
        return base.SendAsync(request, cancellationToken);
    }
}

public static class InternalTokenRegistration
{
    /// <summary>Gives the client's calls a token for the service that it calls.</summary>
    /// <param name="client">The client.</param>
    /// <param name="audience">One of <see cref="ServiceNames"/>.</param>
    public static IHttpClientBuilder AddInternalToken(this IHttpClientBuilder client, string audience) =>
        client.AddHttpMessageHandler(services => new InternalTokenHandler(services.GetRequiredService<InternalToken>(), audience));
}
