using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace LlmGateway.TestKit.Upstream;

/// <summary>
/// A provider for tests: a real HTTP server on a free loopback port that speaks OpenAI's chat completions, completions,
/// responses, embeddings and models, and misbehaves as its <see cref="Script"/> says. Paths are told apart by their end,
/// so that Azure's (<c>/openai/deployments/x/chat/completions</c>) work too.
/// </summary>
public sealed class UpstreamServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly TimeProvider _time;
    private readonly ConcurrentQueue<UpstreamRequest> _requests = new();
    private readonly ConcurrentQueue<UpstreamScript> _next = new();

    private UpstreamServer(WebApplication app, TimeProvider time) => (_app, _time) = (app, time);

    /// <summary>Base URL as a provider's configuration wants it: <c>http://127.0.0.1:PORT/v1</c>.</summary>
    public Uri BaseUrl => new(_app.Urls.First() + "/v1");

    /// <summary>Rules the requests for which nothing is enqueued. May be changed at any time.</summary>
    public UpstreamScript Script { get; set; } = new();

    /// <summary>Rules a request by what stands in it, before all else; null (default), or a null answer, leaves it to the others.</summary>
    public Func<UpstreamRequest, UpstreamScript?>? ScriptFor { get; set; }

    /// <summary>Every request whose body has arrived, in that order.</summary>
    public IReadOnlyList<UpstreamRequest> Requests => [.. _requests];

    /// <summary>Starts a server.</summary>
    /// <param name="script">Default: answers well.</param>
    /// <param name="time">Stamps and delays; default the system's.</param>
    /// <param name="port">Default 0: a free one.</param>
    public static async Task<UpstreamServer> StartAsync(
        UpstreamScript? script = null, TimeProvider? time = null, int port = 0)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, port);
            kestrel.Limits.MaxRequestBodySize = null;
        });
        // A flush ends when the bytes have left: what precedes a cut surely reaches the client.
        builder.WebHost.UseSockets(sockets => sockets.MaxWriteBufferSize = 1);
        var app = builder.Build();
        var server = new UpstreamServer(app, time ?? TimeProvider.System) { Script = script ?? new UpstreamScript() };
        app.UseWebSockets();
        app.Run(server.ServeAsync);
        await app.StartAsync();
        return server;
    }

    /// <summary>Scripts for the next requests, one each; afterwards <see cref="Script"/> rules again.</summary>
    public void Enqueue(params ReadOnlySpan<UpstreamScript> scripts)
    {
        foreach (var script in scripts)
        {
            _next.Enqueue(script);
        }
    }

    /// <summary>Forgets the requests received so far.</summary>
    public void Forget() => _requests.Clear();

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task ServeAsync(HttpContext context)
    {
        if (context.WebSockets.IsWebSocketRequest)
        {
            _requests.Enqueue(Describe(context, []));
            await UpstreamWebSocket.EchoAsync(context);
            return;
        }
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        var request = Describe(context, body.ToArray());
        _requests.Enqueue(request);
        var script = ScriptFor?.Invoke(request) ?? (_next.TryDequeue(out var enqueued) ? enqueued : Script);
        var aborted = context.RequestAborted.UnsafeRegister(_ => request.MarkAborted(_time.GetUtcNow()), null);
        await using var reply = new UpstreamReply(context, script, request, _time, aborted);
        await reply.SendAsync();
    }

    private UpstreamRequest Describe(HttpContext context, byte[] body) => new()
    {
        Method = context.Request.Method,
        Path = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget,
        Headers = context.Request.Headers.ToDictionary(
            header => header.Key, header => string.Join(", ", header.Value.ToArray()), StringComparer.OrdinalIgnoreCase),
        Body = body,
        ReceivedAt = _time.GetUtcNow(),
    };
}
