using System.Buffers;
using System.Text.Json;
using LlmGateway.Gateway.Forwarding;
using LlmGateway.Gateway.Requests;
using LlmGateway.OpenAI;
using LlmGateway.Service;
using Microsoft.AspNetCore.Http;

namespace LlmGateway.Gateway.Dialects;

/// <summary>
/// A provider's stream as it is in the caller's API: each event is translated as soon as it is whole. One that cannot be
/// understood ends the stream with an error event.
/// </summary>
internal sealed class TranslatedStream(Stream upstream, StreamTranslation translation, Operation operation, CallTimer timer) : ReadOnlyStream
{
    private readonly SseReader _events = new();
    private readonly ArrayBufferWriter<byte> _translated = new();
    private int _read;
    private bool _ended;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (_read == _translated.WrittenCount && !_ended)
        {
            _translated.ResetWrittenCount();
            _read = 0;
            var count = await upstream.ReadAsync(_events.GetMemory(), cancellationToken);
            timer.Reset();
            _events.Advance(count);
            _ended = count == 0;
            TranslateWhole();
        }

        var length = Math.Min(buffer.Length, _translated.WrittenCount - _read);
        _translated.WrittenMemory.Slice(_read, length).CopyTo(buffer);
        _read += length;
        return length;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _events.Dispose();
            upstream.Dispose();
        }

        base.Dispose(disposing);
    }

    private void TranslateWhole()
    {
        try
        {
            while (_events.TryRead(out var frame))
            {
                var data = SseFrame.Data(frame);
                if (!data.IsEmpty)
                {
                    translation.Take(SseFrame.Event(frame), data, _translated);
                }
            }

            if (_ended)
            {
                translation.End(_translated);
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or FormatException)
        {
            _ended = true;
            StreamError.Write(
                _translated, new ApiError(StatusCodes.Status502BadGateway, "upstream_invalid_event", "The provider sent an event that cannot be understood."), operation, 0);
        }
    }
}
