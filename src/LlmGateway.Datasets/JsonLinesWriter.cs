using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace LlmGateway.Datasets;

/// <summary>Writes an answer of JSON lines.</summary>
internal sealed class JsonLinesWriter : IDisposable
{
    // Lines are read by programs and never stand in a page of HTML: letters stay letters.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly HttpResponse _response;
    private readonly Utf8JsonWriter _writer;

    public JsonLinesWriter(HttpResponse response)
    {
        _response = response;
        _writer = new Utf8JsonWriter(response.BodyWriter, Options);
        response.ContentType = "application/jsonl";
    }

    public void Write(Action<Utf8JsonWriter> write)
    {
        write(_writer);
        _writer.Flush();
        _writer.Reset();
        _response.BodyWriter.GetSpan(1)[0] = (byte)'\n';
        _response.BodyWriter.Advance(1);
    }

    /// <summary>Sends what was written, and waits while the reader is slow.</summary>
    public async Task SendAsync(CancellationToken cancellationToken) => await _response.BodyWriter.FlushAsync(cancellationToken);

    public void Dispose() => _writer.Dispose();
}
