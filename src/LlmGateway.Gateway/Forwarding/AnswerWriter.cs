using System.Buffers;
using LlmGateway.Contracts.Gateway;
using LlmGateway.Gateway.Dialects;
using LlmGateway.Gateway.Recording;
using LlmGateway.OpenAI;
using Microsoft.AspNetCore.Http;

namespace LlmGateway.Gateway.Forwarding;

/// <summary>Delivers a provider's plain answer: read and understood, and once it is known to be the one, recorded and written.</summary>
internal sealed class AnswerWriter(InferenceRecorder recorder)
{
    /// <summary>Larger answers are passed on as they come, without a cost header.</summary>
    private const int MaxBuffered = 8 << 20;
    private const int CopyBuffer = 64 << 10;

    /// <summary>Reads an answer into the call, as far as it is not too large.</summary>
    /// <exception cref="InvalidDataException">A successful answer is not JSON.</exception>
    public static async Task<PlainAnswer> ReadAsync(InferenceCall call, HttpResponseMessage answer, CallTimer timer)
    {
        var source = await answer.Content.ReadAsStreamAsync(timer.Token);
        var body = call.Response;
        var whole = await body.FillAsync(source, answer.Content.Headers.ContentLength, MaxBuffered, timer.Token, timer);
        call.ResponseBytes = body.Length;
        var understood = whole ? AnswerReader.TryRead(body.Span, ref call.Facts) : BeginsObject(body.Span);
        if (answer.IsSuccessStatusCode && !understood)
        {
            throw new InvalidDataException("the provider's answer is not a JSON object");
        }

        return new PlainAnswer(answer, source, whole);
    }

    /// <summary>Lets the caller have it.</summary>
    public async Task WriteAsync(HttpContext context, InferenceCall call, PlainAnswer answer, CallTimer timer)
    {
        var response = context.Response;
        call.Attempts[^1].IsCommitted = true;
        call.MarkFirstToken();
        UpstreamHeaders.WriteResponse(answer.Message, response);
        if (!answer.IsWhole)
        {
            response.ContentLength = answer.Message.Content.Headers.ContentLength;
            await response.Body.WriteAsync(call.Response.Memory, timer.Token);
            await CopyRestAsync(response, call, answer.Rest, timer);
            return;
        }

        if (!answer.Message.IsSuccessStatusCode && !call.Facts.IsError)
        {
            // Not every compatible server's errors are: the caller gets the form that its SDK reads.
            call.ReplaceAnswer(ErrorTranslation.Write(response.StatusCode, call.Response.Memory, call.Operation), isSse: false);
            AnswerReader.TryRead(call.Response.Span, ref call.Facts);
            response.ContentType = "application/json";
        }

        await RecordAsync(call, response.StatusCode);
        ResponseHeaders.WriteOutcome(response, call);
        response.ContentLength = call.Response.Length;
        await response.Body.WriteAsync(call.Response.Memory, timer.Token);
    }

    /// <summary>What is too large to be read whole must at least begin as JSON does.</summary>
    private static bool BeginsObject(ReadOnlySpan<byte> body) => body.TrimStart(" \t\r\n"u8) is [(byte)'{', ..];

    private ValueTask RecordAsync(InferenceCall call, int status) =>
        recorder.RecordAsync(call, status, status < 400 ? InferenceOutcome.Completed : InferenceOutcome.Failed);

    /// <summary>Reads one buffer ahead of what is written, so that the record stands before the last byte leaves.</summary>
    private async Task CopyRestAsync(HttpResponse response, InferenceCall call, Stream source, CallTimer timer)
    {
        var (current, next) = (ArrayPool<byte>.Shared.Rent(CopyBuffer), ArrayPool<byte>.Shared.Rent(CopyBuffer));
        try
        {
            var count = await source.ReadAsync(current, timer.Token);
            while (count > 0)
            {
                timer.Reset();
                call.ResponseBytes += count;
                var following = await source.ReadAsync(next, timer.Token);
                if (following == 0)
                {
                    await RecordAsync(call, response.StatusCode);
                }

                await response.Body.WriteAsync(current.AsMemory(0, count), timer.Token);
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

/// <summary>A plain answer of which the beginning, or all, was read.</summary>
/// <param name="Message">Its status and headers.</param>
/// <param name="Rest">What has not been read.</param>
/// <param name="IsWhole">Whether there is no rest.</param>
internal readonly record struct PlainAnswer(HttpResponseMessage Message, Stream Rest, bool IsWhole);
