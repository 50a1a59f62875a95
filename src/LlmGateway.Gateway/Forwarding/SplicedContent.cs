using System.Net;
using System.Net.Http.Headers;

namespace LlmGateway.Gateway.Forwarding;

/// <summary>
/// A request's body, written from slices of the caller's bytes. YARP's own content flushes the headers first, which
/// sends two segments; this one leaves with them.
/// </summary>
internal sealed class SplicedContent : HttpContent
{
    private static readonly MediaTypeHeaderValue Json = new("application/json");
    private readonly List<ReadOnlyMemory<byte>> _parts;

    public SplicedContent(List<ReadOnlyMemory<byte>> parts)
    {
        _parts = parts;
        Headers.ContentType = Json;
    }

    /// <summary>Told when the sending begins, and so a connection is there.</summary>
    public CallTimer? Timer { get; set; }

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        Timer?.Sent();
        foreach (var part in _parts)
        {
            await stream.WriteAsync(part, cancellationToken);
        }
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        foreach (var part in _parts)
        {
            length += part.Length;
        }

        return true;
    }
}

/// <summary>Another content, of which the timer is told when its sending begins.</summary>
internal sealed class TimedContent : HttpContent
{
    private readonly HttpContent _content;
    private readonly CallTimer _timer;

    public TimedContent(HttpContent content, CallTimer timer)
    {
        (_content, _timer) = (content, timer);
        foreach (var (name, values) in content.Headers)
        {
            Headers.TryAddWithoutValidation(name, values);
        }
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        _timer.Sent();
        return _content.CopyToAsync(stream, context, cancellationToken);
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override bool TryComputeLength(out long length)
    {
        length = _content.Headers.ContentLength ?? 0;
        return _content.Headers.ContentLength is not null;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _content.Dispose();
        }

        base.Dispose(disposing);
    }
}

/// <summary>Puts a request's own content in place; YARP knows only the content that it made itself.</summary>
internal sealed class SplicedContentHandler(HttpMessageHandler inner) : DelegatingHandler(inner)
{
    private static readonly HttpRequestOptionsKey<HttpContent> Key = new("llmgateway.content");

    /// <param name="request">The request.</param>
    /// <param name="content">Its body.</param>
    /// <param name="timer">Told when the body begins to leave.</param>
    public static void Attach(HttpRequestMessage request, HttpContent content, CallTimer timer)
    {
        if (content is SplicedContent spliced)
        {
            spliced.Timer = timer;
        }
        else
        {
            content = new TimedContent(content, timer);
        }

        request.Options.Set(Key, content);
    }

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.Options.TryGetValue(Key, out var content))
        {
            request.Content = content;
        }

        return base.SendAsync(request, cancellationToken);
    }
}
