using System.Buffers;
using LlmGateway.Contracts.Gateway;
using LlmGateway.Gateway.Recording;
using LlmGateway.Gateway.Requests;
using LlmGateway.OpenAI;
using Microsoft.AspNetCore.Http;

namespace LlmGateway.Gateway.Forwarding;

/// <summary>Delivers a provider's plain answer: read, understood, recorded, then written.</summary>
internal sealed class AnswerWriter(InferenceRecorder recorder)
{
    /// <summary>Larger answers are passed on as they come, without a cost header.</summary>
    private const int MaxBuffered = 8 << 20;
    private const int CopyBuffer = 64 << 10;

    public async Task WriteJsonAsync(HttpContext context, InferenceCall call, HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        var source = await answer.Content.ReadAsStreamAsync(cancellationToken);
        using var body = new PooledBody();
        var whole = await body.FillAsync(source, answer.Content.Headers.ContentLength, MaxBuffered, cancellationToken);
        call.MarkFirstToken();
        call.Capture(body.Span);
        var status = (int)answer.StatusCode;
        var understood = whole && AnswerReader.TryRead(body.Span, ref call.Facts);
        if (answer.IsSuccessStatusCode && whole && !understood)
        {
            throw new InvalidDataException("the provider's answer is not a JSON object");
        }

        if (whole)
        {
            await RecordAsync(call, status);
            ResponseHeaders.WriteOutcome(context.Response, call);
            context.Response.ContentLength = body.Length;
            await context.Response.Body.WriteAsync(body.Memory, cancellationToken);
        }
        else
        {
            context.Response.ContentLength = answer.Content.Headers.ContentLength;
            await context.Response.Body.WriteAsync(body.Memory, cancellationToken);
            await CopyRestAsync(context, call, source, status, cancellationToken);
        }
    }

    public ValueTask RecordAsync(InferenceCall call, int status) =>
        recorder.RecordAsync(call, status, status < 400 ? InferenceOutcome.Completed : InferenceOutcome.Failed);

    /// <summary>A stream that ended: well, or broken off by its provider.</summary>
    public ValueTask RecordStreamAsync(InferenceCall call, bool endedWell, string? errorCode) =>
        recorder.RecordAsync(call, StatusCodes.Status200OK, endedWell ? InferenceOutcome.Completed : InferenceOutcome.Incomplete, errorCode);

    /// <summary>Reads one buffer ahead of what is written, so that the record stands before the last byte leaves.</summary>
    private async Task CopyRestAsync(HttpContext context, InferenceCall call, Stream source, int status, CancellationToken cancellationToken)
    {
        var (current, next) = (ArrayPool<byte>.Shared.Rent(CopyBuffer), ArrayPool<byte>.Shared.Rent(CopyBuffer));
        try
        {
            var count = await source.ReadAsync(current, cancellationToken);
            while (count > 0)
            {
                call.Capture(current.AsSpan(0, count));
                var following = await source.ReadAsync(next, cancellationToken);
                if (following == 0)
                {
                    await RecordAsync(call, status);
                }

                await context.Response.Body.WriteAsync(current.AsMemory(0, count), cancellationToken);
                (current, next, count) = (next, current, following);
            }

            await RecordAsync(call, status);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(current);
            ArrayPool<byte>.Shared.Return(next);
        }
    }
}
