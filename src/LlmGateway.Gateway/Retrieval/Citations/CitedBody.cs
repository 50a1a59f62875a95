using System.Text.Json;
using System.Text.Json.Nodes;
using LlmGateway.Gateway.Forwarding;
using LlmGateway.Gateway.Requests;
using LlmGateway.OpenAI;
using Microsoft.AspNetCore.Http;

namespace LlmGateway.Gateway.Retrieval.Citations;

/// <summary>
/// Stands in for the response's body: a plain answer waits until it is whole, a stream goes event by event, and both get their
/// citations; errors pass. The log keeps what the model wrote.
/// </summary>
internal sealed class CitedBody(HttpResponse response, InferenceCall call, CitedSearch search) : AnswerStream
{
    private readonly Stream _caller = response.Body;
    private readonly PooledBody _plain = new();
    private readonly SseReader _events = new();
    private CitedStream? _stream;
    private bool? _passes;

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.IsEmpty)
        {
            return;
        }

        if (_passes ??= BeginsError())
        {
            await _caller.WriteAsync(buffer, cancellationToken);
        }
        else if (_stream is null)
        {
            _plain.Append(buffer.Span, int.MaxValue);
        }
        else
        {
            await RelayAsync(_stream, buffer, cancellationToken);
        }
    }

    public override Task FlushAsync(CancellationToken cancellationToken) =>
        _stream is null || !response.HasStarted ? Task.CompletedTask : _caller.FlushAsync(cancellationToken);

    /// <summary>Sends a plain answer that is whole now.</summary>
    public async Task FinishAsync(CancellationToken cancellationToken)
    {
        if (_passes != false || _stream is not null)
        {
            return;
        }

        var cited = CitedAnswer.Cite(_plain.Memory, call.Operation, search);
        response.ContentLength = cited.Length;
        await _caller.WriteAsync(cited, cancellationToken);
    }

    protected override void Dispose(bool disposing)
    {
        _plain.Dispose();
        _events.Dispose();
        base.Dispose(disposing);
    }

    private bool BeginsError()
    {
        if (response.StatusCode != StatusCodes.Status200OK)
        {
            return true;
        }

        if (response.ContentType?.StartsWith("text/event-stream", StringComparison.OrdinalIgnoreCase) == true)
        {
            _stream = CitedStream.For(call.Operation, search);
            response.ContentLength = null;
        }

        return false;
    }

    private async ValueTask RelayAsync(CitedStream stream, ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken)
    {
        _events.Feed(buffer.Span);
        while (_events.TryRead(out var frame))
        {
            if (Read(SseFrame.Data(frame)) is { } data && data["error"] is null)
            {
                stream.Take(data);
            }
            else
            {
                stream.Pass(frame);
            }
        }

        if (!stream.Sent.IsEmpty)
        {
            await _caller.WriteAsync(stream.Sent, cancellationToken);
            stream.Clear();
        }
    }

    private static JsonObject? Read(ReadOnlySpan<byte> data)
    {
        try
        {
            return data.StartsWith("{"u8) ? JsonNode.Parse(data, documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false }) as JsonObject : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
