using System.Buffers;
using LlmGateway.Contracts.Gateway;
using LlmGateway.Gateway.Recording;
using LlmGateway.OpenAI;
using LlmGateway.Service;
using Microsoft.AspNetCore.Http;

namespace LlmGateway.Gateway.Forwarding;

/// <summary>
/// A provider's stream on its way to the caller: the same bytes, each event passed on as soon as it is whole. Taken out
/// is the usage event that only we asked for. The last event waits until the call is recorded, and a stream that breaks
/// off ends with an error event in place of the missing rest.
/// </summary>
internal sealed class StreamRelay(InferenceCall call, StreamObserver observer, IdleTimer idle, InferenceRecorder recorder)
{
    private bool _ended;
    private int _passedOn;

    public async Task RunAsync(Stream upstream, HttpResponse response)
    {
        using var events = new SseReader();
        try
        {
            while (await ReadAsync(upstream, events))
            {
                await PassOnAsync(events, response);
                await response.BodyWriter.FlushAsync(idle.Token);
            }

            if (!_ended)
            {
                await BreakOffAsync(response, "upstream_stream_interrupted", "The provider broke off in the middle of its answer. What was sent so far is incomplete.");
            }
        }
        catch (InvalidDataException)
        {
            await BreakOffAsync(response, "upstream_event_too_large", "The provider sent an event that is too large to be passed on. What was sent so far is incomplete.");
        }
        catch (OperationCanceledException) when (idle.Expired)
        {
            await BreakOffAsync(response, "upstream_timeout", "The provider fell silent in the middle of its answer. What was sent so far is incomplete.");
        }
        catch (OperationCanceledException) when (idle.Token.IsCancellationRequested)
        {
            // The caller went away, which ends the upstream's stream too: the outer stage records it.
        }
    }

    /// <returns>False when nothing more comes, also when the connection broke.</returns>
    private async ValueTask<bool> ReadAsync(Stream upstream, SseReader events)
    {
        try
        {
            var count = await upstream.ReadAsync(events.GetMemory(), idle.Token);
            events.Advance(count);
            idle.Reset();
            return count > 0;
        }
        catch (Exception exception) when (exception is IOException or HttpRequestException)
        {
            return false;
        }
    }

    /// <summary>Writes the whole events that have come; what is unfinished waits.</summary>
    private async ValueTask PassOnAsync(SseReader events, HttpResponse response)
    {
        while (CopyToLast(events, response.BodyWriter))
        {
            _ended = true;
            await recorder.RecordAsync(call, StatusCodes.Status200OK, observer.Failed ? InferenceOutcome.Incomplete : InferenceOutcome.Completed);
        }
    }

    /// <summary>Puts events into the response, up to and with one that ends the answer.</summary>
    /// <returns>False when there is no further whole event and none of them ended it.</returns>
    private bool CopyToLast(SseReader events, IBufferWriter<byte> target)
    {
        while (events.TryRead(out var frame))
        {
            call.MarkFirstToken();
            call.Capture(frame);
            var kind = observer.Observe(frame);
            if (kind != StreamEventKind.OurUsage)
            {
                target.Write(frame);
                _passedOn++;
            }

            if (kind == StreamEventKind.Last)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Half an event means nothing: it is dropped, and an error event tells that the answer is not whole.</summary>
    private async Task BreakOffAsync(HttpResponse response, string code, string message)
    {
        if (_ended)
        {
            return;
        }

        call.Attempts[^1].End(call.Elapsed, code);
        await recorder.RecordAsync(call, StatusCodes.Status200OK, InferenceOutcome.Incomplete, code);
        StreamError.Write(response.BodyWriter, new ApiError(StatusCodes.Status502BadGateway, code, message), call.Operation, _passedOn);
        await response.BodyWriter.FlushAsync(CancellationToken.None);
    }
}
