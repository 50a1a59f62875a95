using System.Buffers;
using LlmGateway.Contracts.Gateway;
using LlmGateway.Gateway.Recording;
using LlmGateway.OpenAI;
using LlmGateway.Service;
using Microsoft.AspNetCore.Http;

namespace LlmGateway.Gateway.Forwarding;

/// <summary>
/// A provider's stream on its way to the caller: the same bytes, each event passed on as soon as it is whole. Taken out
/// is the usage event that only we asked for. The first events wait for one that says something: until then the caller has
/// seen nothing, and another deployment may answer. The last event waits until the call is recorded, and a stream that breaks
/// off ends with an error event in place of the missing rest.
/// </summary>
internal sealed class StreamRelay(InferenceCall call, StreamObserver observer, CallTimer timer, InferenceRecorder recorder, TimeSpan hold, TimeProvider time)
{
    /// <summary>How much may wait.</summary>
    private const int MaxHeldEvents = 64;
    private const int MaxHeldBytes = 256 << 10;
    private const string TooLarge = "upstream_event_too_large";

    private readonly UpstreamAttempt _attempt = call.Attempts[^1];
    private bool _ended;
    private int _passedOn;
    private int _held;
    private long _heldSince;
    private UpstreamFailure? _failure;

    /// <returns>Why the stream is no answer, where the caller has seen nothing of it; null else.</returns>
    public async Task<UpstreamFailure?> RunAsync(HttpResponseMessage answer, HttpResponse response)
    {
        using var events = new SseReader();
        try
        {
            var upstream = await answer.Content.ReadAsStreamAsync(timer.Token);
            while (await ReadAsync(upstream, events, answer, response))
            {
                await PassOnAsync(events, answer, response);
                if (_failure is not null)
                {
                    return _failure;
                }

                if (_attempt.IsCommitted)
                {
                    await response.BodyWriter.FlushAsync(timer.Token);
                }
            }

            return _ended ? null : await BreakOffAsync(response, "upstream_stream_interrupted", "The provider broke off in the middle of its answer.");
        }
        catch (InvalidDataException)
        {
            return await BreakOffAsync(response, TooLarge, "The provider sent an event that is too large to be passed on.");
        }
        catch (OperationCanceledException) when (timer.Expired is { } name)
        {
            _attempt.Timer = name;
            return await BreakOffAsync(response, UpstreamErrors.TimeoutCode, $"The provider did not go on in time: the timer {name} ran out in the middle of its answer.");
        }
        catch (OperationCanceledException) when (timer.Token.IsCancellationRequested)
        {
            // The caller went away, which ends the upstream's stream too: the outer stage records it.
            return null;
        }
    }

    /// <returns>False when nothing more comes, also when the connection broke.</returns>
    private async ValueTask<bool> ReadAsync(Stream upstream, SseReader events, HttpResponseMessage answer, HttpResponse response)
    {
        try
        {
            var reading = upstream.ReadAsync(events.GetMemory(), timer.Token);
            var count = _held > 0 && !_attempt.IsCommitted && !reading.IsCompleted
                ? await ReadHoldingAsync(reading.AsTask(), answer, response)
                : await reading;
            events.Advance(count);
            _attempt.FirstByteAt ??= call.Elapsed;
            timer.Reset();
            return count > 0;
        }
        catch (Exception exception) when (exception is IOException or HttpRequestException)
        {
            return false;
        }
    }

    /// <summary>Waits for the next bytes, but lets the caller have what is held when its time is over: it shall see that something comes.</summary>
    private async Task<int> ReadHoldingAsync(Task<int> reading, HttpResponseMessage answer, HttpResponse response)
    {
        var left = hold - time.GetElapsedTime(_heldSince);
        try
        {
            return await reading.WaitAsync(left > TimeSpan.Zero ? left : TimeSpan.Zero, time);
        }
        catch (TimeoutException)
        {
            Commit(answer, response);
            await response.BodyWriter.FlushAsync(timer.Token);
            return await reading;
        }
    }

    /// <summary>Writes the whole events that have come; what is unfinished waits.</summary>
    private async ValueTask PassOnAsync(SseReader events, HttpResponseMessage answer, HttpResponse response)
    {
        while (CopyToLast(events, answer, response))
        {
            _ended = true;
            await recorder.RecordAsync(call, StatusCodes.Status200OK, observer.Failed ? InferenceOutcome.Incomplete : InferenceOutcome.Completed);
        }
    }

    /// <summary>Puts events into the response, up to and with one that ends the answer.</summary>
    /// <returns>False when there is no further whole event and none of them ended it, or when the stream turned out to be no answer.</returns>
    private bool CopyToLast(SseReader events, HttpResponseMessage answer, HttpResponse response)
    {
        while (_failure is null && events.TryRead(out var frame))
        {
            var kind = observer.Observe(frame);
            if (!_attempt.IsCommitted && MustWait(frame, kind))
            {
                call.Capture(frame);
                continue;
            }

            Commit(answer, response);
            if (call.TimeToFirstToken is null && kind == StreamEventKind.Content)
            {
                MarkContent(frame);
            }

            call.Capture(frame);
            if (kind != StreamEventKind.OurUsage)
            {
                response.BodyWriter.Write(frame);
                _passedOn++;
            }

            if (kind == StreamEventKind.Last)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The first event that says something; where the wait was over before, others stand before it.</summary>
    private void MarkContent(ReadOnlySpan<byte> frame)
    {
        if (StartEvent.Classify(SseFrame.Data(frame), out _) != StartEventKind.Nothing)
        {
            call.MarkFirstToken();
            timer.Started();
        }
    }

    /// <summary>Whether an event says nothing yet, or tells that no answer will come.</summary>
    private bool MustWait(ReadOnlySpan<byte> frame, StreamEventKind kind)
    {
        if (kind == StreamEventKind.Last && !observer.Failed)
        {
            return false;
        }

        switch (StartEvent.Classify(SseFrame.Data(frame), out var code))
        {
            case StartEventKind.Error:
                var failed = ProviderErrors.ClassifyInSuccess(call.Facts.ErrorCode ?? code, frame);
                _failure = new UpstreamFailure(failed, UpstreamErrors.InSuccess(_attempt.Provider, call.Facts.ErrorCode ?? code));
                return true;
            case StartEventKind.Nothing:
                _heldSince = _held == 0 ? time.GetTimestamp() : _heldSince;
                _held++;
                return _held <= MaxHeldEvents && call.ResponseBytes + frame.Length <= MaxHeldBytes;
            default:
                return false;
        }
    }

    /// <summary>The answer begins: from here on nobody else can answer. What was held is what was captured so far.</summary>
    private void Commit(HttpResponseMessage answer, HttpResponse response)
    {
        if (_attempt.IsCommitted)
        {
            return;
        }

        _attempt.IsCommitted = true;
        call.IsSse = true;
        UpstreamHeaders.WriteResponse(answer, response);
        if (call.Response.Length > 0)
        {
            response.BodyWriter.Write(call.Response.Span);
            _passedOn = _held;
        }
    }

    /// <summary>Half an event means nothing: it is dropped, and an error event tells that the answer is not whole.</summary>
    private async Task<UpstreamFailure?> BreakOffAsync(HttpResponse response, string code, string message)
    {
        if (_ended)
        {
            return null;
        }

        if (!_attempt.IsCommitted)
        {
            return _attempt.Timer is { } name
                ? new UpstreamFailure(FailureKind.Timeout, UpstreamErrors.TimedOut(_attempt.Provider, name))
                : new UpstreamFailure(
                    FailureKind.InvalidResponse,
                    code == TooLarge ? new ApiError(StatusCodes.Status502BadGateway, code, message) : UpstreamErrors.Invalid(_attempt.Provider));
        }

        _attempt.End(call.Elapsed, code);
        await recorder.RecordAsync(call, StatusCodes.Status200OK, InferenceOutcome.Incomplete, code);
        var error = new ApiError(StatusCodes.Status502BadGateway, code, $"{message} What was sent so far is incomplete.");
        StreamError.Write(response.BodyWriter, error, call.Operation, _passedOn);
        await response.BodyWriter.FlushAsync(CancellationToken.None);
        return null;
    }
}
