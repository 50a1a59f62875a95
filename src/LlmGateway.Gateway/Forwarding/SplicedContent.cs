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

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
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

/// <summary>Puts a request's own content in place; YARP knows only the content that it made itself.</summary>
internal sealed class SplicedContentHandler(HttpMessageHandler inner) : DelegatingHandler(inner)
{
    private static readonly HttpRequestOptionsKey<HttpContent> Key = new("llmgateway.content");

    public static void Attach(HttpRequestMessage request, HttpContent content) => request.Options.Set(Key, content);

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.Options.TryGetValue(Key, out var content))
        {
            request.Content = content;
        }

        return base.SendAsync(request, cancellationToken);
    }
}
