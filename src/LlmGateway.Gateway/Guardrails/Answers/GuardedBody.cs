using System.Text.Json;
using System.Text.Json.Nodes;
using LlmGateway.Contracts.Gateway;
using LlmGateway.Gateway.Forwarding;
using LlmGateway.Gateway.Recording;
using LlmGateway.Gateway.Requests;
using LlmGateway.OpenAI;
using LlmGateway.Service;
using Microsoft.AspNetCore.Http;

namespace LlmGateway.Gateway.Guardrails.Answers;

/// <summary>
/// Stands in for the response's body: whatever answers, a provider or a cache, writes into it, and only what was checked goes on
/// to the caller. Plain answers wait until they are whole, streams go event by event; errors pass, and so do answers of a deployment
/// that no guardrail is for.
/// </summary>
/// <param name="context">The caller's request.</param>
/// <param name="call">Its call.</param>
/// <param name="open">Makes the guard of the deployment that answers, once that is known.</param>
/// <param name="options">How much is held.</param>
/// <param name="recorder">Keeps the call.</param>
internal sealed class GuardedBody(HttpContext context, InferenceCall call, Func<TextGuard> open, GuardrailOptions options, InferenceRecorder recorder) : AnswerStream
{
    private const string BlockedHeader = "x-llmgateway-guardrail";
    private const string ErrorCode = "guardrail_blocked";
    private readonly HttpResponse _response = context.Response;
    private readonly Stream _caller = context.Response.Body;
    private readonly PooledBody _plain = new();
    private readonly SseReader _events = new();
    private TextGuard? _guard;
    private AnswerStreamGuard? _stream;
    private AnswerForm _form;
    private bool _released;

    /// <summary>Whether a guardrail ended a stream: all that was to be sent has been.</summary>
    public bool IsStopped { get; private set; }

    /// <summary>Not before the first byte of an answer: until then another deployment may give it.</summary>
    private TextGuard Guard => _guard ??= open();

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.IsEmpty)
        {
            return;
        }

        _form = _form == AnswerForm.Unknown ? await FindFormAsync() : _form;
        switch (_form)
        {
            case AnswerForm.Stream:
                await RelayAsync(buffer, cancellationToken);
                break;
            case AnswerForm.Plain:
                Keep(buffer);
                break;
            default:
                await _caller.WriteAsync(buffer, cancellationToken);
                break;
        }
    }

    public override Task FlushAsync(CancellationToken cancellationToken) =>
        _form == AnswerForm.Plain || !_response.HasStarted ? Task.CompletedTask : _caller.FlushAsync(cancellationToken);

    /// <summary>Sends a plain answer that is whole now.</summary>
    public async Task FinishAsync(CancellationToken cancellationToken)
    {
        if (_form != AnswerForm.Plain)
        {
            await ReleaseAsync(null);
            return;
        }

        var answer = await new PlainAnswerGuard(call.Operation, Guard).CheckAsync(_plain.Memory, cancellationToken);
        if (!answer.Readable)
        {
            throw Unreadable("cannot be looked into: it is no JSON object, or holds a member twice");
        }

        if (answer.BlockedBy is { } guardrail)
        {
            _response.Headers[BlockedHeader] = guardrail.Name;
            await StopRecordAsync();
        }

        await ReleaseAsync(answer.Logged);
        ResponseHeaders.WriteOutcome(_response, call);
        _response.ContentLength = answer.Sent.Length;
        await _caller.WriteAsync(answer.Sent, cancellationToken);
    }

    protected override void Dispose(bool disposing)
    {
        _plain.Dispose();
        _events.Dispose();
        _stream?.Dispose();
        base.Dispose(disposing);
    }

    private async ValueTask<AnswerForm> FindFormAsync()
    {
        if (_response.StatusCode != StatusCodes.Status200OK || Guard.IsIdle)
        {
            await ReleaseAsync(null);
            return AnswerForm.Passing;
        }

        if (_response.ContentType?.StartsWith("text/event-stream", StringComparison.OrdinalIgnoreCase) != true)
        {
            return AnswerForm.Plain;
        }

        _stream = AnswerStreamGuard.For(call.Operation, Guard, options);
        return AnswerForm.Stream;
    }

    private void Keep(ReadOnlyMemory<byte> buffer)
    {
        if (_plain.Length + buffer.Length > options.MaxAnswerBytes)
        {
            throw Unreadable($"is over {options.MaxAnswerBytes} bytes (Gateway:Guardrails:MaxAnswerBytes)");
        }

        _plain.Append(buffer.Span, int.MaxValue);
    }

    private async ValueTask RelayAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken)
    {
        _events.Feed(buffer.Span);
        while (!IsStopped && TryRead(out var frame, out var data))
        {
            await _stream!.TakeAsync(frame, data, cancellationToken);
            if (_stream.BlockedBy is not null)
            {
                await StopRecordAsync();
                IsStopped = true;
            }

            if (IsStopped || IsLast(frame.Span, data))
            {
                await ReleaseAsync(_stream.Logged.Memory);
            }

            await _caller.WriteAsync(_stream.Sent, cancellationToken);
            _stream.Clear();
        }

        if (IsStopped)
        {
            await _caller.FlushAsync(cancellationToken);
            throw new AnswerStoppedException();
        }
    }

    private bool TryRead(out ReadOnlyMemory<byte> frame, out JsonObject? data)
    {
        (frame, data) = (default, null);
        if (!_events.TryRead(out var bytes))
        {
            return false;
        }

        frame = bytes.ToArray();
        var json = SseFrame.Data(frame.Span);
        if (json.StartsWith("{"u8))
        {
            try
            {
                data = JsonNode.Parse(json, documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false })!.AsObject();
            }
            catch (JsonException)
            {
                // An event that cannot be looked into goes no further; half an object is no use to the caller either.
            }
        }

        frame = data is null && !json.IsEmpty && !SseFrame.IsDone(json) ? default : frame;
        return true;
    }

    private static bool IsLast(ReadOnlySpan<byte> frame, JsonObject? data) =>
        data is null ? SseFrame.IsDone(SseFrame.Data(frame))
        : data["error"] is not null || (string?)data["type"] is "response.completed" or "response.incomplete" or "response.failed" or "message_stop" or "error";

    /// <summary>Whatever the record said so far, the answer was stopped.</summary>
    private async ValueTask StopRecordAsync()
    {
        call.Facts.FinishReason = PlainAnswerGuard.ContentFilter;
        await recorder.RecordAsync(call, StatusCodes.Status200OK, InferenceOutcome.Incomplete, ErrorCode);
        call.End = new CallEnd(StatusCodes.Status200OK, InferenceOutcome.Incomplete, ErrorCode);
    }

    /// <summary>Lets the record go, before the last byte does.</summary>
    private ValueTask ReleaseAsync(ReadOnlyMemory<byte>? logged)
    {
        if (_released)
        {
            return ValueTask.CompletedTask;
        }

        _released = true;
        if (logged is { } answer && Guard.Verdicts.ChangedText)
        {
            call.MaskedResponse = answer.ToArray();
        }

        _guard?.Verdicts.Publish(call);
        return recorder.ReleaseAsync(call);
    }

    private static ApiException Unreadable(string why) => new(new ApiError(
        StatusCodes.Status502BadGateway, "guardrail_unreadable_answer", $"The project has guardrails for answers, and the provider's answer {why}."));

    private enum AnswerForm
    {
        Unknown,
        Plain,
        Stream,
        Passing,
    }
}

/// <summary>Ends the provider's stream, or the cache's, from within: nobody wants its rest.</summary>
internal sealed class AnswerStoppedException : Exception;
