using System.Net.Http.Headers;
using LlmGateway.Service;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.Extensions.DependencyInjection;

namespace LlmGateway.Gateway.OwnCalls;

/// <summary>
/// Calls that the gateway makes for its own stages: a chain's steps, judges, mirrored requests. They go to its own address like
/// any caller's, so that they are cached, priced, limited and logged like any other, with a purpose that tells them apart.
/// </summary>
internal sealed class GatewayClient(IHttpClientFactory clients, IServer server)
{
    public const string Name = "gateway.own";
    private static readonly MediaTypeHeaderValue Json = new("application/json");

    private static readonly Dictionary<string, string> NoHeaders = [];

    private readonly Lazy<Uri> _root = new(() => ListeningAddress.Of(server));

    /// <summary>Makes a call; the answer's headers are there when the task ends, its body may not be.</summary>
    /// <param name="call">What to call, and for whom.</param>
    /// <param name="cancellationToken">Cancels the upstream's call too.</param>
    /// <exception cref="HttpRequestException">The gateway did not answer: it is stopping.</exception>
    public async Task<HttpResponseMessage> SendAsync(OwnCall call, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(_root.Value, $"/v1/{call.Path}"));
        request.Content = new ReadOnlyMemoryContent(call.Body) { Headers = { ContentType = Json } };
        request.Options.Set(InternalTokenHandler.OnBehalfOf, call.Caller with { Purpose = call.Purpose });
        if (call.Parent.Id is { } parent)
        {
            request.Headers.Add(CallParent.IdHeader, parent.ToString());
        }

        if (call.Parent.Step is { } step)
        {
            request.Headers.Add(CallParent.StepHeader, step);
        }

        foreach (var (name, value) in call.Headers ?? NoHeaders)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return await clients.CreateClient(Name).SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
    }
}

/// <summary>One own call.</summary>
/// <param name="Path">The operation's path below <c>/v1/</c>.</param>
/// <param name="Body">The request.</param>
/// <param name="Caller">For whom: with its key the key's rights and limits hold, without one the project alone pays.</param>
/// <param name="Purpose">What the log and the bills call it, such as <c>shadow</c>; never <c>production</c>.</param>
/// <param name="Parent">The call that it is made for.</param>
internal sealed record OwnCall(string Path, ReadOnlyMemory<byte> Body, Caller Caller, string Purpose, CallParent Parent = default)
{
    /// <summary>What else it says; null for nothing.</summary>
    public IReadOnlyDictionary<string, string>? Headers { get; init; }
}

internal static class OwnCallRegistration
{
    public static void AddOwnCalls(this IServiceCollection services)
    {
        services.AddSingleton<GatewayClient>();
        services.AddSingleton<WholeCalls>();

        // The call's own timers rule, and a caller's leaving: none of the client's.
        services.AddHttpClient(GatewayClient.Name, client => client.Timeout = Timeout.InfiniteTimeSpan).AddInternalToken(ServiceNames.Gateway);
    }
}
