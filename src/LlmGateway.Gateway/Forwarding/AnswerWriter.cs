using System.Buffers;
using LlmGateway.Contracts.Gateway;
using LlmGateway.Gateway.Recording;
using LlmGateway.OpenAI;
using Microsoft.AspNetCore.Http;

namespace LlmGateway.Gateway.Forwarding;

/// <summary>Delivers a provider's plain answer: read, understood, recorded, then written.</summary>
internal sealed class AnswerWriter(InferenceRecorder recorder)
{
    /// <summary>Larger answers are passed on as they come, without a cost header.</summary>
    private const int MaxBuffered = 8 << 20;
    private const int CopyBuffer = 64 << 10;

    /// <exception cref="InvalidDataException">A successful answer is not JSON.</exception>
    public async Task WriteAsync(HttpContext context, InferenceCall call, HttpResponseMessage answer, IdleTimer idle)
    {
        var source = await answer.Content.ReadAsStreamAsync(idle.Token);
        var body = call.Response;
        var whole = await body.FillAsync(source, answer.Content.Headers.ContentLength, MaxBuffered, idle.Token);
        call.MarkFirstToken();
        call.ResponseBytes = body.Length;
        var response = context.Response;
        if (!whole)
        {
            response.ContentLength = answer.Content.Headers.ContentLength;
            await response.Body.WriteAsync(body.Memory, idle.Token);
            await CopyRestAsync(response, call, source, idle);
            return;
        }

        var understood = AnswerReader.TryRead(body.Span, ref call.Facts);
        if (answer.IsSuccessStatusCode && !understood)
        {
            throw new InvalidDataException("the provider's answer is not a JSON object");
        }

        await RecordAsync(call, response.StatusCode);
        ResponseHeaders.WriteOutcome(response, call);
        response.ContentLength = body.Length;
        await response.Body.WriteAsync(body.Memory, idle.Token);
    }

    private ValueTask RecordAsync(InferenceCall call, int status) =>
        recorder.RecordAsync(call, status, status < 400 ? InferenceOutcome.Completed : InferenceOutcome.Failed);

    /// <summary>Reads one buffer ahead of what is written, so that the record stands before the last byte leaves.</summary>
    private async Task CopyRestAsync(HttpResponse response, InferenceCall call, Stream source, IdleTimer idle)
    {
        var (current, next) = (ArrayPool<byte>.Shared.Rent(CopyBuffer), ArrayPool<byte>.Shared.Rent(CopyBuffer));
        try
        {
            var count = await source.ReadAsync(current, idle.Token);
            while (count > 0)
            {
                idle.Reset();
                call.ResponseBytes += count;
                var following = await source.ReadAsync(next, idle.Token);
                if (following == 0)
                {
                    await RecordAsync(call, response.StatusCode);
                }

                await response.Body.WriteAsync(current.AsMemory(0, count), idle.Token);
                (current, next, count) = (next, current, following);
            }

            await RecordAsync(call, response.StatusCode);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(current);
            ArrayPool<byte>.Shared.Return(next);
        }
    }
}
